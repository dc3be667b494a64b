using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>Counts of other organisations.</summary>
public sealed class DemandImportTests : ServiceTest
{
    private const string Glasgow = "S12000049";

    [Fact]
    public async Task Counts_by_the_hour_replace_what_their_name_had_and_are_shown_by_who_may_see_their_area()
    {
        var counts = "area,timestamp,count\n" + string.Join('\n', Enumerable.Range(0, 24).Select(hour => $"beat-1,2026-02-10T{hour:00}:00,{(hour == 3 ? 0 : hour)}"));
        await ImportAsync(new() { Source = "police", Content = Text("area,timestamp,count\nS12000036,2026-02-10T10:00,9\n") });
        var preview = await ImportAsync(new() { Source = "police", Preview = true, Content = Text(counts), Hierarchy = Text("area,parent\nbeat-1,S12000049\n") });
        Assert.Equal((24, 1, false, "2026-02-10T00:00:00"), (preview.Previewed.Rows, preview.Previewed.Areas, preview.Previewed.Daily, preview.Previewed.CountedFrom));
        Assert.Equal(1, (await Service.Files.ListDemandSourcesAsync(new())).Sources.Single().Rows);
        var imported = (await ImportAsync(new() { Source = "police", Content = Text(counts), Hierarchy = Text("area,parent\nbeat-1,S12000049\n"), Calendar = Text("date\n2026-02-10\n") })).Imported;
        Assert.Equal(imported, (await ImportAsync(new() { Source = "police", Content = Text(counts), Hierarchy = Text("area,parent\nbeat-1,S12000049\n") })).Imported);
        var source = Assert.Single((await Service.Files.ListDemandSourcesAsync(new())).Sources);
        Assert.Equal(("police", 24, imported.Sha256, "tester"), (source.Source_, source.Rows, source.Sha256, source.ImportedBy));

        var rows = await RowsAsync(Glasgow, DemandPeriod.Hour);
        Assert.Equal(Enumerable.Range(0, 24).Select(hour => (hour >= 5, hour >= 5 ? hour : 0)), rows.Select(row => (!row.Counted.Suppressed, row.Counted.Count)));
        Assert.All(rows, row => Assert.Equal(("beat-1", true, false), (row.AreaCode, row.Met is null, row.HasHiddenEstimate)));
        var day = Assert.Single(await RowsAsync(Glasgow, DemandPeriod.Day));
        Assert.Equal(Enumerable.Range(0, 24).Sum() - 3, day.Counted.Count);
        Assert.Empty(await RowsAsync("S12000036", DemandPeriod.Hour));
    }

    [Fact]
    public async Task A_day_that_was_counted_whole_stands_for_itself()
    {
        await ImportAsync(new() { Source = "police", Content = Text("area,timestamp,count\nS12000049,2026-02-09,7\nS12000049,2026-02-10,6\nS12000036,2026-02-09,5\nS12000036,2026-02-10,4\n") });
        Assert.Equal(6, Assert.Single(await RowsAsync(Glasgow, DemandPeriod.Day)).Counted.Count);
        Assert.True(Assert.Single(await RowsAsync("S12000036", DemandPeriod.Day)).Counted.Suppressed);
    }

    [Theory]
    [InlineData("area,timestamp,count\nS12000049,2026-02-10T10:00,-1\n", "", "line 2: the count -1 is negative")]
    [InlineData("area,timestamp\nS12000049,2026-02-10\n", "", "the column count is missing")]
    [InlineData("area,timestamp,count\nbeat-1,2026-02-10T10:00,1\n", "", "beat-1 is not the code of a council area, such as S12000049, and lies in none by the hierarchy")]
    [InlineData("area,timestamp,count\nbeat-1,2026-02-10T10:00,1\n", "area,parent\nbeat-1,beat-2\nbeat-2,beat-1\n", "the hierarchy: the hierarchy goes in a circle")]
    [InlineData("area,timestamp,count\nS12000049,2026-02,1\nS12000049,2026-03,1\n", "", "it counts by month")]
    public async Task What_breaks_a_rule_is_refused_whole_and_said(string counts, string hierarchy, string why)
    {
        var steps = await StepsAsync(new() { Source = "police", Content = Text(counts), Hierarchy = Text(hierarchy) });
        Assert.StartsWith(why, steps[0].Error.Rule, StringComparison.Ordinal);
        Assert.Equal(1, steps[^1].Refused.Errors);
        Assert.Empty((await Service.Files.ListDemandSourcesAsync(new())).Sources);
        Assert.Equal("IMPORT_REFUSED", (await Service.AuditedAsync()).Single(entry => entry.Method.EndsWith("ImportDemand", StringComparison.Ordinal)).Outcome);
    }

    private static ByteString Text(string text) => ByteString.CopyFrom(Encoding.UTF8.GetBytes(text));

    private async Task<ImportDemandResponse> ImportAsync(ImportDemandRequest request) => (await StepsAsync(request))[^1];

    private async Task<List<ImportDemandResponse>> StepsAsync(ImportDemandRequest request)
    {
        using var call = Service.Files.ImportDemand();
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        var steps = new List<ImportDemandResponse>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
            steps.Add(step);
        return steps;
    }

    private async Task<List<GetDemandHistoryResponse.Types.Row>> RowsAsync(string area, DemandPeriod period)
    {
        var from = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero));
        using var call = new PlanningService.PlanningServiceClient(Service.Invoker).GetDemandHistory(
            new GetDemandHistoryRequest { AreaCodes = { area }, From = from, Until = Timestamp.FromDateTimeOffset(from.ToDateTimeOffset().AddDays(1)), Period = period, Source = "police" });
        var rows = new List<GetDemandHistoryResponse.Types.Row>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
        {
            if (step.Header is { } header)
                Assert.Equal(["police"], header.Sources);
            if (step.Row is { } row)
                rows.Add(row);
        }

        return rows;
    }
}
