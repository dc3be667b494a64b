using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>The audit trail asked of the service.</summary>
public sealed class AuditQueryTests : CliTest
{
    private static readonly string[] Filter =
        ["--from", "08:00", "--until", "2026-11-22T12:00:00Z", "--actor", "desk", "--space", "gla-harbour", "--method", "/a.B/C", "--kind", "sign-in", "--outcome", "ok"];

    private static readonly AuditFilter Filtered = new()
    {
        From = Time("2026-11-22T08:00:00Z"),
        Until = Time("2026-11-22T12:00:00Z"),
        Actor = "desk",
        SpaceId = "gla-harbour",
        Method = "/a.B/C",
        Kind = AuditKind.SignIn,
        Outcome = "ok",
    };

    [Fact]
    public async Task A_query_sends_everything_that_was_typed()
    {
        var run = await RunAsync(["audit", "query", .. Filter, "--limit", "7"]);
        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        Assert.Equal(new QueryAuditRequest { Filter = Filtered, PageSize = 7 }, Server.Only<QueryAuditRequest>());
        Assert.Contains("No entry is like that.", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_asked_for_and_shown()
    {
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(1), Entry(2) }, NextPageToken = "two" });
        Server.Pages.Enqueue(new QueryAuditResponse { NextPageToken = "three" }); // A page may be empty although more follow.
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(3) } });
        var run = await RunAsync("audit", "query");
        Assert.Equal(["", "two", "three"], Server.Received.Cast<QueryAuditRequest>().Select(request => request.PageToken));
        Assert.Matches("(?s)embedded 1.*embedded 2.*embedded 3", run.Out);
        Assert.Contains("held 0 to 1", run.Out, StringComparison.Ordinal);
        Assert.Contains("HoldPlace", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("No entry", run.Out, StringComparison.Ordinal);
        Assert.Single(Server.TokenRequests);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_asked_for()
    {
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(1), Entry(2) }, NextPageToken = "two" });
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(3) }, NextPageToken = "three" });
        await RunAsync("audit", "query", "--limit", "3");
        Assert.Equal([3, 1], Server.Received.Cast<QueryAuditRequest>().Select(request => request.PageSize));
    }

    [Fact]
    public async Task With_json_each_entry_is_a_line()
    {
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(1), Entry(2) }, NextPageToken = "two" });
        Server.Pages.Enqueue(new QueryAuditResponse { Entries = { Entry(3) } });
        var run = await RunAsync("audit", "query", "--json");
        Assert.Equal([Entry(1), Entry(2), Entry(3)], run.Out.TrimEnd('\n').Split('\n').Select(JsonParser.Default.Parse<AuditEntry>));
    }

    [Fact]
    public async Task An_export_is_written_whole_and_is_its_owners_alone()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("out.jsonl", "older", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Server.Export.AddRange(["one,"u8.ToArray(), "two"u8.ToArray()]);
        var run = await RunAsync(["audit", "export", "--out", file, .. Filter]);
        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        Assert.Equal(new ExportAuditRequest { Filter = Filtered }, Server.Only<ExportAuditRequest>());
        Assert.Equal("Bearer demo.token.1", Assert.Single(Server.Authorizations));
        Assert.Equal("one,two", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(directory.Path));
    }

    [Fact]
    public async Task An_export_that_breaks_off_leaves_what_was_there()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("out.jsonl", "older");
        Server.Export.AddRange(["one"u8.ToArray(), null]);
        var run = await RunAsync("audit", "export", "--out", file);
        Assert.Equal(ExitCodes.Unexpected, run.Code);
        Assert.Contains("as the test wants", run.Error, StringComparison.Ordinal);
        Assert.Equal("older", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFiles(directory.Path));
    }

    [Fact]
    public async Task An_export_that_may_not_be_or_can_not_be_written_says_why()
    {
        using var directory = new TemporaryDirectory();
        Server.Failures.Enqueue(TestServer.Ended(StatusCode.PermissionDenied, "this needs the role auditor"));
        var denied = await RunAsync("audit", "export", "--out", directory["out.jsonl"]);
        Assert.Equal(ExitCodes.NotAllowed, denied.Code);
        Assert.Contains("--role auditor", denied.Error, StringComparison.Ordinal);
        var absent = await RunAsync("audit", "export", "--out", directory["absent/out.jsonl"]);
        Assert.Equal(ExitCodes.BadInput, absent.Code);
        Assert.Contains("--out", absent.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    private static AuditEntry Entry(int number) => new()
    {
        Node = "embedded",
        Seq = number,
        RecordedAt = Time("2026-11-22T14:20:00Z"),
        Actor = "golf",
        Role = "crew",
        Method = "/safespacecapacity.v1.CrewService/HoldPlace",
        Kind = AuditKind.Write,
        SpaceId = "gla-harbour",
        Before = new AuditNumbers { Held = 0 },
        After = new AuditNumbers { Held = 1 },
        Outcome = "ok",
    };
}
