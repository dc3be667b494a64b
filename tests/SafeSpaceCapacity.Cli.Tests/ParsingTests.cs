using System.CommandLine;
using System.CommandLine.Parsing;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

public sealed class ParsingTests : CliTest
{
    [Theory]
    [InlineData("2026-11-22T21:30:00Z", "2026-11-22T21:30:00Z")]
    [InlineData("2026-11-22T21:30+01:00", "2026-11-22T20:30:00Z")]
    [InlineData("21:30", "2026-11-22T21:30:00Z")]
    [InlineData("14:20", "2026-11-23T14:20:00Z")]
    [InlineData("01:10", "2026-11-23T01:10:00Z")]
    public async Task A_time_is_a_moment_or_the_next_such_local_time(string typed, string meant)
    {
        await RunAsync("find", "--near", "Paisley", "--depart", typed);
        Assert.Equal(Messages.Time(meant), Server.Only<FindSpacesRequest>().DepartAt);
    }

    [Theory]
    [InlineData("2026-10-25T00:10:00Z", "01:30", "2026-10-25T00:30:00Z")] // The first of the two.
    [InlineData("2026-10-25T00:40:00Z", "01:30", "2026-10-25T01:30:00Z")] // The first has passed.
    [InlineData("2026-03-29T00:30:00Z", "01:30", "2026-03-29T01:30:00Z")] // Never comes: 02:30 is meant.
    [InlineData("2026-07-01T12:00:00Z", "14:00", "2026-07-01T13:00:00Z")]
    public async Task A_time_of_day_is_read_in_Scotland_through_both_clock_changes(string now, string typed, string meant)
    {
        Clock = At(now);
        await RunAsync("find", "--near", "Paisley", "--depart", typed);
        Assert.Equal(Messages.Time(meant), Server.Only<FindSpacesRequest>().DepartAt);
    }

    [Theory]
    [InlineData("14:10", "2026-11-22T14:10:00Z")]
    [InlineData("14:20", "2026-11-22T14:20:00Z")]
    [InlineData("23:50", "2026-11-21T23:50:00Z")]
    public async Task When_something_happened_is_the_last_such_time(string typed, string meant)
    {
        await RunAsync("arrive", "gla-harbour", "--when", typed);
        Assert.Equal(Messages.Time(meant), Server.Only<ConfirmArrivalRequest>().ObservedAt);
    }

    [Theory]
    [InlineData("2026-11-22T21:30:00")]
    [InlineData("2026-11-22T21:30")]
    [InlineData("2026-11-22 21:30")]
    public async Task A_time_without_zone_is_refused_and_told_why(string typed)
    {
        var run = await RunAsync("hold", "gla-harbour", "--eta", typed);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("no time zone", run.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Theory]
    [InlineData("is not a time", "hold", "gla-harbour", "--eta", "tomorrow")]
    [InlineData("exactly one of --eta-minutes, --eta", "hold", "gla-harbour")]
    [InlineData("exactly one of --eta-minutes, --eta", "hold", "gla-harbour", "--eta", "15:00", "--eta-minutes", "5")]
    [InlineData("0 to 10080", "hold", "gla-harbour", "--eta-minutes", "-5")]
    [InlineData("exactly one of --near, --at, --grid", "find")]
    [InlineData("exactly one of --near, --at, --grid", "find", "--near", "Paisley", "--at", "55,-4")]
    [InlineData("exactly one of --near, --at, --grid, --space", "watch")]
    [InlineData("latitude and longitude", "find", "--at", "55.8")]
    [InlineData("latitude and longitude", "find", "--at", "NaN,4")]
    [InlineData("easting and northing", "find", "--grid", "12,x")]
    [InlineData("wheelchair, bsl, interpreter, women-only", "find", "--near", "Paisley", "--need", "lift")]
    [InlineData("child, young, adult, older", "find", "--near", "Paisley", "--age", "40")]
    [InlineData("no-capacity, unsafe-staffing", "refused", "gla-harbour", "--reason", "drunk")]
    [InlineData("'--reason' is required", "refused", "gla-harbour")]
    [InlineData("not the URL of a service", "space", "list", "--server", "localhost:5080")]
    [InlineData("more than 0", "space", "list", "--timeout-seconds", "0")]
    [InlineData("PEOPLE", "staff", "count", "gla-harbour")]
    [InlineData("at least 1", "audit", "query", "--limit", "0")]
    [InlineData("read, write, sign-in, job", "audit", "query", "--kind", "look")]
    [InlineData("exactly one of --keys, --data", "audit", "check", "/dev/null")]
    [InlineData("crew, staff, planner, administrator, auditor, machine", "token", "--data", "/", "--role", "boss")]
    [InlineData("postcode-sectors, outcodes, data-zones", "import", "gazetteer", "towns", "/dev/null")]
    [InlineData("csv, hsds", "import", "directory", "/dev/null", "--format", "xml")]
    [InlineData("does not exist", "import", "directory", "/no/such/file")]
    [InlineData("de-escalation, trauma-informed", "staff", "start-shift", "s", "--role", "clinician", "--hours", "8", "--trained", "first-aid")]
    [InlineData("not a code of --trained", "staff", "start-shift", "s", "--role", "clinician", "--hours", "8", "--trained", "medication:soon")]
    [InlineData("not a break", "staff", "start-shift", "s", "--role", "clinician", "--hours", "8", "--break", "21:00")]
    [InlineData("home, family-or-friends", "staff", "departure", "s", "--onward", "moon")]
    [InlineData("'--as' is required", "staff", "acknowledge", "s", "--cause", "unsafe-staffing")]
    [InlineData("at most one of --once, --watch", "staff", "board", "s", "--once", "--watch")]
    [InlineData("'--reason' is required", "space", "retire", "s")]
    [InlineData("wellbeing-cafe", "policy", "set", "cafe", "--file", "/dev/null")]
    [InlineData("'--file' is required", "rota", "plan", "s")]
    [InlineData("'--out' is required", "policy", "toolkit", "s")]
    [InlineData("exactly one of --data, --postgres", "backup", "--to", "a.backup")]
    [InlineData("exactly one of --data, --postgres", "backup", "--to", "a.backup", "--data", "/", "--postgres", "connection.txt")]
    [InlineData("'--to' is required", "backup", "--data", "/")]
    [InlineData("exactly one of --data, --postgres", "restore", "--from", "/dev/null")]
    [InlineData("does not exist", "restore", "--from", "/no/such/file", "--data", "/")]
    [InlineData("exactly one of --data, --postgres, --backup", "log", "verify")]
    [InlineData("exactly one of --data, --postgres, --backup", "log", "verify", "--data", "/", "--backup", "/dev/null")]
    [InlineData("'--postgres' is required", "log", "detach")]
    [InlineData("not a month such as 2026-01", "log", "detach", "--postgres", "connection.txt", "--month", "2026-13")]
    [InlineData("Unrecognized", "find", "--near", "Paisley", "--name", "Jo")]
    public async Task What_breaks_a_rule_is_refused_before_any_call(string says, params string[] args)
    {
        var run = await RunAsync(args);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Empty(Server.Received);
    }

    [Theory]
    [InlineData("find")]
    [InlineData("hold")]
    [InlineData("watch")]
    [InlineData("space", "register")]
    [InlineData("staff", "start-shift")]
    [InlineData("log", "verify")]
    [InlineData("log", "detach")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("migrate")]
    [InlineData("audit", "query")]
    [InlineData("audit", "export")]
    [InlineData("audit", "check")]
    [InlineData("audit", "verify")]
    [InlineData("token")]
    [InlineData("staff", "board")]
    [InlineData("staff", "undo")]
    [InlineData("staff", "acknowledge")]
    [InlineData("rota", "plan")]
    [InlineData("space", "change")]
    [InlineData("policy", "set")]
    [InlineData("call-list")]
    [InlineData("totals")]
    [InlineData("import", "directory")]
    [InlineData("import", "gazetteer")]
    [InlineData("export", "directory")]
    [InlineData("gazetteers")]
    [InlineData("history")]
    [InlineData("sheet")]
    [InlineData("completion")]
    [InlineData("forecast", "evaluate")]
    public async Task Help_has_examples(params string[] command)
    {
        var run = await RunAsync([.. command, "--help"]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains($"safespace {string.Join(' ', command)}", run.Out.Split("Examples:")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_the_program_and_the_documentation_list_every_exit_code()
    {
        var run = await RunAsync("--help");
        var document = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "command-line.md"), TestContext.Current.CancellationToken);
        Assert.All(ExitCodes.Table, entry =>
        {
            Assert.Contains($"{entry.Code,-4} {entry.Words}", run.Out, StringComparison.Ordinal);
            Assert.Contains($"| {entry.Code} | {entry.Words} |", document, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_example_can_be_typed_and_the_documentation_names_every_command()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "command-line.md"), TestContext.Current.CancellationToken);
        using var nothing = new StringWriter();
        var root = new CommandLine(new Terminal(nothing, nothing, TimeProvider.System, _ => null, IsInteractive: false, Width)).Root;
        var commands = All(root).OfType<CommandWithExamples>().ToList();
        Assert.True(commands.Count > 30);
        Assert.All(commands, command =>
        {
            Assert.Contains(command.Name, document, StringComparison.Ordinal);
            Assert.NotEmpty(command.Examples);
            Assert.All(command.Examples.Where(IsPlain).Select(Typed), typed =>
            {
                Assert.Same(command, typed.CommandResult.Command);
                Assert.DoesNotContain(typed.Errors, error => !error.Message.Contains("does not exist", StringComparison.Ordinal)); // Files that the reader has.
            });
        });

        static IEnumerable<Command> All(Command group) => [group, .. group.Subcommands.SelectMany(All)];

        static bool IsPlain(string example) => example.StartsWith("safespace ", StringComparison.Ordinal) && !example.Contains('|', StringComparison.Ordinal);

        ParseResult Typed(string example) => root.Parse([.. CommandLineParser.SplitCommandLine(example).Skip(1)]);
    }
}
