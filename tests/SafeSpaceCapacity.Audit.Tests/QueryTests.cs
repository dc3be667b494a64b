using FsCheck;
using FsCheck.Fluent;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Pages hold what reading everything would, whatever their size.</summary>
public sealed class QueryTests : IAsyncLifetime
{
    private static readonly string?[] Actors = [null, "golf-1", "golf-2", "golf", "nobody"];
    private static readonly string?[] Spaces = [null, "clyde-lantern", "clyde"];
    private static readonly string?[] Outcomes = [null, "ok", "PERMISSION_DENIED"];
    private readonly TestTrails _trails = new();
    private readonly List<AuditRecord> _all = [];

    public async ValueTask InitializeAsync()
    {
        var random = new Random(20261122);
        foreach (var node in new[] { "a", "b", "c" })
        {
            await using var trail = await AuditTrail.OpenAsync(_trails.Settings(node) with { SegmentBytesMax = 3000 }, _trails.Keys);
            for (var seq = 1; seq <= 60; seq++)
            {
                var number = random.Next(3);
                var entry = (random.Next(2) == 0 ? Make.Read(number) : Make.Write(number)) with
                {
                    At = ManualTime.Start.AddMinutes(seq + random.Next(3)),
                    Outcome = random.Next(3) == 0 ? "PERMISSION_DENIED" : "ok",
                };
                Assert.True(trail.TryAppend(entry));
                _all.Add(new AuditRecord(node, seq, entry));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _trails.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Pages_of_any_size_hold_what_a_search_of_everything_finds()
    {
        var minutes = Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(-5, 70).Select(minute => (int?)minute));
        var filters =
            from @from in minutes
            from until in minutes
            from actor in Gen.Elements(Actors)
            from space in Gen.Elements(Spaces)
            from outcome in Gen.Elements(Outcomes)
            from kind in Gen.Elements<AuditKind?>(null, AuditKind.Read, AuditKind.Write)
            select new AuditFilter(At(@from), At(until), actor, space, Method: null, kind, outcome);
        var questions =
            from filter in filters
            from limit in Gen.Choose(1, 200)
            from bytes in Gen.Choose(1, 100_000)
            select (filter, limit, bytes);
        Prop.ForAll(
            questions.ToArbitrary(),
            question => Query.All(_trails.Folder, question.filter, question.limit, question.bytes)
                .SequenceEqual(_all.Where(record => question.filter.Matches(record.Entry))))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_call_reads_a_bounded_part_and_the_page_after_an_empty_one_goes_on()
    {
        var page = AuditReader.Query(_trails.Folder, new AuditFilter(Actor: "nobody"), null, 10, bytesMost: 1);
        Assert.Empty(page.Records);
        Assert.NotNull(page.NextPage);
        Assert.Empty(Query.All(_trails.Folder, new AuditFilter(Actor: "nobody"), bytesMost: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("not a token")]
    [InlineData("Li4vLi4vMS8w")]
    [InlineData("YS8xLzk5OTk5OTk5OTk5OTk5OTk5OTk5")]
    public void A_page_that_is_none_is_refused(string page) =>
        Assert.Throws<FormatException>(() => AuditReader.Query(_trails.Folder, AuditFilter.Everything, page, 10));

    [Theory]
    [InlineData(0)]
    [InlineData(AuditReader.LimitMax + 1)]
    public void A_limit_that_is_none_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, limit));

    [Fact]
    public void A_line_that_can_not_be_read_is_named_and_not_skipped()
    {
        var file = _trails.Segment(1, "b");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"outcome\":\"ok\"", "\"outcome\":nok!", StringComparison.Ordinal));
        var damaged = Assert.Throws<AuditDamagedException>(() => Query.All(_trails.Folder, AuditFilter.Everything));
        Assert.Contains("/b/00000001.jsonl", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_go_on_after_retention_removed_what_was_read()
    {
        var page = AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, 5);
        AuditRetention.Remove(_trails.Folder, ManualTime.Start.AddMinutes(30), _trails.Keys, _trails.Time);
        var next = AuditReader.Query(_trails.Folder, AuditFilter.Everything, page.NextPage, 10_000);
        Assert.Equal(next.Records, _all.Where(record => next.Records.Contains(record)));
        Assert.InRange(next.Records.Count, 60, 150);
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal(3, report.Nodes);
    }

    [Fact]
    public async Task Reading_and_verifying_work_while_somebody_writes()
    {
        const int Count = 20_000;
        await using var trail = await AuditTrail.OpenAsync(_trails.Settings("d") with { SegmentBytesMax = 100_000 }, _trails.Keys);
        var writing = WriteAsync(trail, Count);
        var seen = 0;
        do
        {
            var records = Query.All(_trails.Folder, new AuditFilter(Space: "clyde-lantern", From: ManualTime.Start)).Where(record => record.Node == "d").ToList();
            Assert.Equal(Enumerable.Range(1, records.Count).Select(seq => (long)seq), records.Select(record => record.Seq));
            Assert.True(records.Count >= seen);
            seen = records.Count;
            var report = _trails.Verify();
            Assert.True(report.IsSound, report.ToString());
        }
        while (!writing.IsCompleted);
        await writing;
        Assert.Equal(Count, Query.All(_trails.Folder, new AuditFilter(Space: "clyde-lantern")).Count(record => record.Node == "d"));
    }

    private static async Task WriteAsync(AuditTrail trail, int count)
    {
        for (var number = 1; number <= count; number++)
        {
            while (!trail.TryAppend(Make.Write(number)))
                await Task.Yield();
            if (number % 500 == 0)
                await trail.FlushAsync();
        }
    }

    private static DateTimeOffset? At(int? minute) => minute is { } number ? ManualTime.Start.AddMinutes(number) : null;
}
