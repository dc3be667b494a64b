using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Service.Tests.Support;
using AuditFilter = SafeSpaceCapacity.Contract.V1.AuditFilter;
using AuditKind = SafeSpaceCapacity.Audit.AuditKind;
using Kind = SafeSpaceCapacity.Contract.V1.AuditKind;
using Numbers = SafeSpaceCapacity.Audit.AuditNumbers;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Access;

/// <summary>What is recorded of a call.</summary>
public sealed class AuditedTests : ServiceTest
{
    private const string Crews = "/safespacecapacity.v1.CrewService/";

    [Fact]
    public async Task A_write_is_recorded_with_what_it_changed()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, occupied: 1);
        var hold = Service.Hold("near-space");
        await Service.Crew.HoldPlaceAsync(hold);
        var entry = (await Service.AuditedAsync())[^1];
        Assert.Equal((Crews + "HoldPlace", AuditKind.Write, "ok"), (entry.Method, entry.Kind, entry.Outcome));
        Assert.Equal(("tester", "crew", "grpc", null), (entry.Actor, entry.Role, entry.Client, entry.Certificate));
        Assert.Equal(("near-space", null, hold.CommandId), (entry.Space, entry.Area, entry.CommandId));
        Assert.Equal((new Numbers(8, 6, 1, 0, false, "FRESHNESS_FRESH", 6), new Numbers(8, 6, 1, 1, false, "FRESHNESS_FRESH", 7)), (entry.Before, entry.After));
        Assert.Equal((Service.Time.GetUtcNow(), null, Service.Log.HeadPosition), (entry.At, entry.ObservedAt, entry.LogPosition));
        Assert.NotEmpty(entry.Correlation);

        // Again: nothing is written, so nothing was changed.
        await Service.Crew.HoldPlaceAsync(hold);
        entry = (await Service.AuditedAsync())[^1];
        Assert.Equal(("ok", null, null, null), (entry.Outcome, entry.Before, entry.After, entry.LogPosition));
    }

    [Fact]
    public async Task A_rejection_is_recorded_by_its_code()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, occupied: 6);
        await Service.HoldAsync("near-space");
        var entry = (await Service.AuditedAsync())[^1];
        Assert.Equal(("REJECTION_CODE_NO_SAFE_CAPACITY", null), (entry.Outcome, entry.After));
    }

    [Fact]
    public async Task A_search_is_recorded_by_its_area_and_nothing_finer()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.Crew.FindSpacesAsync(Ask.Find());
        var entry = (await Service.AuditedAsync())[^1];
        Assert.Equal((Crews + "FindSpaces", AuditKind.Read, "S12000049", null, "ok"), (entry.Method, entry.Kind, entry.Area, entry.Space, entry.Outcome));

        var trail = string.Concat(Directory.EnumerateFiles(Service.Parts.AuditFolder, "*.jsonl", SearchOption.AllDirectories).Select(Read));
        var latitude = Ask.Latitude.ToString("F2", System.Globalization.CultureInfo.InvariantCulture);
        Assert.DoesNotContain(latitude, trail, StringComparison.Ordinal);
        Assert.Contains("S12000049", trail, StringComparison.Ordinal);

        static string Read(string file)
        {
            using var open = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return open.ReadToEnd();
        }
    }

    [Fact]
    public async Task A_late_observation_keeps_both_times()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var seen = Service.Time.GetUtcNow() - TimeSpan.FromMinutes(9);
        await Service.Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = "near-space", ObservedAt = Service.InMinutes(-9) });
        var entry = (await Service.AuditedAsync())[^1];
        Assert.Equal((seen, Service.Time.GetUtcNow()), (entry.ObservedAt, entry.At));
    }

    [Fact]
    public async Task A_watch_is_recorded_as_it_begins_and_a_refused_one_with_its_status()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        using var watch = Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((Crews + "WatchSpaces", "ok"), Last(await Service.AuditedAsync()));

        using var refused = Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "no-such-space" } });
        await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((Crews + "WatchSpaces", "NOT_FOUND"), Last(await Service.AuditedAsync()));

        static (string, string) Last(IReadOnlyList<Audit.AuditEntry> entries) => (entries[^1].Method, entries[^1].Outcome);
    }

    [Fact]
    public async Task Health_is_asked_for_all_the_time_and_is_not_recorded()
    {
        await Service.Health.CheckAsync(new());
        Assert.Empty(await Service.AuditedAsync());
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_answered()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.Parts.Audit.DisposeAsync();
        await Refusals.RefusedAsync(Service.Crew.FindSpacesAsync(Ask.Find()), StatusCode.Unavailable);
        var refused = await Refusals.RefusedAsync(Service.Crew.HoldPlaceAsync(Service.Hold("near-space")), StatusCode.Unavailable);
        Assert.Equal("the call could not be recorded, so it is not answered; try again with the same command_id", refused.Status.Detail);
        using var watch = Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(CancellationToken.None))).StatusCode);
    }

    [Fact]
    public async Task Auditors_find_what_they_ask_for_a_page_at_a_time()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.OpenAsync("other-space", Ask.Latitude, Ask.Longitude);
        var audit = new AuditService.AuditServiceClient(Service.Invoker);
        var request = new QueryAuditRequest { Filter = new AuditFilter { SpaceId = "near-space", Kind = Kind.Write }, PageSize = 2 };
        var methods = new List<string>();
        do
        {
            var page = await audit.QueryAuditAsync(request);
            Assert.InRange(page.Entries.Count, 0, 2);
            methods.AddRange(page.Entries.Select(entry => entry.Method.Split('/')[^1]));
            Assert.All(page.Entries, entry => Assert.Equal("near-space", entry.SpaceId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(["RegisterSpace", "StartShift", "StartShift", "RecordCount"], methods);

        var counted = Assert.Single((await audit.QueryAuditAsync(new QueryAuditRequest { Filter = new AuditFilter { SpaceId = "near-space", Method = "/safespacecapacity.v1.StaffService/RecordCount" } })).Entries);
        Assert.Equal((Freshness.Fresh, 8, 6, 0), (counted.After.Freshness, counted.After.Places, counted.After.SafeCapacity, counted.After.Occupied));
        Assert.Equal(("tester", "staff", "ok"), (counted.Actor, counted.Role, counted.Outcome));

        // The auditor is seen too.
        var own = await audit.QueryAuditAsync(new QueryAuditRequest { Filter = new AuditFilter { Method = "/safespacecapacity.v1.AuditService/QueryAudit" } });
        Assert.NotEmpty(own.Entries);
        Assert.All(own.Entries, entry => Assert.Equal("auditor", entry.Role));
    }

    [Fact]
    public async Task An_export_proves_itself_and_one_changed_byte_is_found()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        for (var i = 0; i < 400; i++)
            await Service.Crew.FindSpacesAsync(Ask.Find());
        using var export = new AuditService.AuditServiceClient(Service.Invoker).ExportAudit(new ExportAuditRequest());
        using var file = new MemoryStream();
        while (await export.ResponseStream.MoveNext(CancellationToken.None))
            export.ResponseStream.Current.Content.WriteTo(file);
        using var http = new HttpClient();
        var keys = AuditKeys.FromJwks(await http.GetStringAsync(new Uri(Service.HttpAddress, "/.well-known/jwks.json")));
        var bytes = file.ToArray();
        var report = AuditExport.Verify(new MemoryStream(bytes), keys);
        Assert.True(report.IsGenuine, report.Problem);
        Assert.True(report.Count >= 204, $"{report.Count} entries");
        Assert.True(bytes.Length > 64 * 1024, "too little to come in several pieces");

        bytes[bytes.Length / 3] ^= 1;
        Assert.False(AuditExport.Verify(new MemoryStream(bytes), keys).IsGenuine);
    }

    [Fact]
    public async Task One_changed_byte_of_the_trail_is_found()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.StopAsync();
        using var keys = Identity.SigningKeys.OpenExisting(Path.Combine(Service.Directory, "keys"), Service.Time);
        var sound = AuditVerifier.Verify(Service.Parts.AuditFolder, AuditKeys.Of(keys));
        Assert.True(sound.IsSound, sound.ToString());
        Assert.Equal(4, sound.Entries);

        var segment = Directory.EnumerateFiles(Service.Parts.AuditFolder, "*.jsonl", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);
        Assert.False(AuditVerifier.Verify(Service.Parts.AuditFolder, AuditKeys.Of(keys)).IsSound);
    }
}
