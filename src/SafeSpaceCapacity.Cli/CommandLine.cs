using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Commands;

namespace SafeSpaceCapacity.Cli;

/// <summary>The whole command line: parses, runs one command, and turns every ending into an exit code.</summary>
internal sealed class CommandLine
{
    private readonly Terminal _terminal;
    private readonly GlobalOptions _globals;
    private readonly RootCommand _root;

    internal CommandLine(Terminal terminal)
    {
        _terminal = terminal;
        _globals = new GlobalOptions(terminal);
        _root = new RootCommand("Where a person in mental-health crisis can go instead of the emergency department: find a safe space, hold a place, keep a space's numbers true.");
        foreach (var option in _globals.All)
            _root.Add(option);
        foreach (var command in (Command[])
            [FindCommand.Create(this), .. HoldCommands.Create(this), WatchCommand.Create(this), SpaceCommands.Create(this), StaffCommands.Create(this), .. FileCommands.Create(this), RotaCommands.Create(this), PolicyCommands.Create(this), CallListCommand.Create(this), TotalsCommand.Create(this), HistoryCommand.Create(this), DemandCommands.Create(this), SheetCommand.Create(this), AuditCommands.Create(this), SimulateCommand.Create(this), ForecastCommands.Create(this), LogCommand.Create(this), .. BackupCommands.Create(this), MigrateCommand.Create(this), TokenCommand.Create(this), CompletionCommand.Create(this)])
            _root.Add(command);
        var help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    /// <summary>The program with all of its commands.</summary>
    public RootCommand Root => _root;

    /// <summary>Runs one command.</summary>
    public static Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken stopped = default) =>
        new CommandLine(terminal).RunAsync(args, stopped);

    /// <summary>A command that runs in a session; whatever ends it early becomes a failure on standard error.</summary>
    public Command Command(string name, string description, string[] examples, Symbol[] takes, Func<Session, Task<int>> run)
    {
        var command = new CommandWithExamples(name, description, examples);
        foreach (var symbol in takes)
        {
            if (symbol is Option option)
                command.Add(option);
            else
                command.Add((Argument)symbol);
        }

        command.SetAction((typed, stopped) => RunAsync(typed, run, stopped));
        return command;
    }

    /// <summary>Refuses a command line that gives none, or more than one, of these options.</summary>
    public static void ExactlyOne(Command command, params Option[] options) => command.Validators.Add(result =>
    {
        if (options.Count(option => result.GetResult(option) is { Implicit: false }) != 1)
            result.AddError($"Give exactly one of {string.Join(", ", options.Select(option => option.Name))}.");
    });

    private Task<int> RunAsync(string[] args, CancellationToken stopped)
    {
        var typed = _root.Parse(args);
        if (typed.Action is not ParseErrorAction)
            return typed.InvokeAsync(new InvocationConfiguration { Output = _terminal.Out, Error = _terminal.Error, EnableDefaultExceptionHandler = false }, stopped);
        var path = string.Join(' ', typed.CommandResult.Path());
        Failure.BadInput(string.Join(' ', typed.Errors.Select(error => error.Message)), $"See: {path} --help").Write(_terminal.Error, args.Contains("--json", StringComparer.Ordinal));
        return Task.FromResult(ExitCodes.BadInput);
    }

    private async Task<int> RunAsync(ParseResult typed, Func<Session, Task<int>> run, CancellationToken stopped)
    {
        using var session = new Session(_terminal, _globals, typed, stopped);
        Failure failure;
        try
        {
            return await run(session);
        }
        catch (FailureException failed)
        {
            failure = failed.Failure;
        }
        catch (Exception) when (stopped.IsCancellationRequested)
        {
            failure = session.Failed(new RpcException(new Status(StatusCode.Cancelled, "")));
        }
#pragma warning disable CA1031 // The last catch of the program: everything ends as one line and an exit code, never as a stack trace.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            failure = new Failure(ExitCodes.Unexpected, "INTERNAL", $"Unexpected failure: {unexpected.Message}");
        }

        failure.Write(_terminal.Error, session.IsJson);
        return failure.ExitCode;
    }
}
