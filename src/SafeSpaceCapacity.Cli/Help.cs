using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace SafeSpaceCapacity.Cli;

/// <summary>A command whose help ends with command lines that work.</summary>
internal sealed class CommandWithExamples(string name, string description, string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The usual help, then the examples of the command or, for the program and groups, those of what they hold.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        output.WriteLine("Examples:");
        foreach (var example in command is CommandWithExamples own ? own.Examples : First(command))
            output.WriteLine($"  {example}");
        output.WriteLine();
        if (command is not RootCommand)
            return ExitCodes.Done;
        output.WriteLine("Exit codes:");
        foreach (var (code, words) in ExitCodes.Table)
            output.WriteLine($"  {code,-4} {words}");
        output.WriteLine();
        return ExitCodes.Done;
    }

    private static IEnumerable<string> First(Command group) =>
        group.Subcommands.SelectMany(command => command is CommandWithExamples own ? own.Examples.Take(1) : First(command).Take(1));
}

/// <summary>How a command is reached from the program's name.</summary>
internal static class CommandPath
{
    public static IEnumerable<string> Path(this CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
                names.Push(command.Command.Name);
        }

        return names;
    }
}
