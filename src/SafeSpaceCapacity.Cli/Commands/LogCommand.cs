using System.CommandLine;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The event log on this machine, without the service.</summary>
internal static class LogCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create(CommandLine line)
    {
        var log = new Command("log", "The event log of a service on this machine");
        log.Add(Verify(line));
        return log;
    }

    private static Command Verify(CommandLine line)
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "The data directory of the service", HelpName = "DIR", Required = true };
        data.AcceptExistingOnly();
        return line.Command(
            "verify",
            "Read a whole log and say whether it is what was written; changes nothing and does not ask the service",
            ["safespace log verify --data demo-data", "safespace log verify --data demo-data --json"],
            [data],
            async session =>
            {
                var report = await LogVerifier.VerifyAsync(session.Get(data)!.FullName, session.Stopped);
                if (session.IsJson)
                    WriteJson(session.Terminal.Out, report);
                else
                    Write(session.Terminal.Out, report);
                return report.IsSound ? ExitCodes.Done : ExitCodes.Damaged;
            });
    }

    private static void Write(TextWriter output, LogReport report)
    {
        output.WriteLine($"Log      {report.Directory}, epoch {report.Epoch?.ToString() ?? "not readable"}");
        output.WriteLine($"Entries  {report.Entries} in {report.Streams} streams");
        output.WriteLine($"First    {Entry(report.FirstPosition, report.FirstRecordedAt)}");
        output.WriteLine($"Last     {Entry(report.LastPosition, report.LastRecordedAt)}");
        output.WriteLine($"Answered up to {report.AcknowledgedPosition?.ToString(provider: null) ?? "a position that is not known"}; whole up to {report.ReadableTo}");
        output.WriteLine(report.IsSound ? "Sound: nothing is wrong." : $"DAMAGED: {report.Problems.Count} problem(s)");
        foreach (var problem in report.Problems)
            output.WriteLine($"- {Words.Clean(problem.ToString())}");
    }

    private static void WriteJson(TextWriter output, LogReport report) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            report.Directory,
            report.Epoch,
            report.Entries,
            report.Streams,
            report.FirstPosition,
            FirstRecordedAt = Text(report.FirstRecordedAt),
            report.LastPosition,
            LastRecordedAt = Text(report.LastRecordedAt),
            report.ReadableTo,
            report.AcknowledgedPosition,
            report.IsSound,
            report.Problems,
        },
        Json));

    private static string Entry(long position, Instant? recorded) => recorded is { } at ? $"position {position}, {Text(at)}" : "none";

    private static string? Text(Instant? moment) => moment is { } at ? InstantPattern.ExtendedIso.Format(at) : null;
}
