using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.EventLog;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The event log itself, without the service.</summary>
internal static class LogCommand
{
    public static Command Create(CommandLine line)
    {
        var log = new Command("log", "The event log of a service, without asking the service");
        log.Add(Verify(line));
        log.Add(Detach(line));
        return log;
    }

    private static Command Verify(CommandLine line)
    {
        var data = LogAnswer.Data("The data directory of the service");
        data.AcceptExistingOnly();
        var postgres = LogAnswer.Postgres("File of mode 600 with the connection string of the PostgreSQL database that holds the log");
        var backup = new Option<FileInfo>("--backup") { Description = "A backup", HelpName = "FILE" };
        backup.AcceptExistingOnly();
        var command = line.Command(
            "verify",
            "Read a whole log and say whether it is what was written; changes nothing and does not ask the service",
            ["safespace log verify --data demo-data", "safespace log verify --postgres connection.txt --json", "safespace log verify --backup log-monday.backup"],
            [data, postgres, backup],
            session => LogAnswer.OrFailAsync(async () =>
            {
                var report = session.Get(data) is { } directory ? await LogVerifier.VerifyAsync(directory.FullName, session.Stopped)
                    : session.Get(backup) is { } file ? await LogVerifier.VerifyBackupAsync(file.FullName, session.Stopped)
                    : await LogVerifier.VerifyAsync(LogAnswer.Address(session, postgres), session.Stopped);
                LogAnswer.Write(
                    session,
                    new
                    {
                        report.Where,
                        report.Epoch,
                        report.Entries,
                        report.Streams,
                        report.FirstPosition,
                        FirstRecordedAt = LogAnswer.Text(report.FirstRecordedAt),
                        report.LastPosition,
                        LastRecordedAt = LogAnswer.Text(report.LastRecordedAt),
                        report.ReadableTo,
                        report.AcknowledgedPosition,
                        report.IsSound,
                        report.Problems,
                    },
                    Lines(report));
                return report.IsSound ? ExitCodes.Done : ExitCodes.Damaged;
            }));
        CommandLine.ExactlyOne(command, data, postgres, backup);
        return command;
    }

    private static Command Detach(CommandLine line)
    {
        var postgres = LogAnswer.Postgres("File of mode 600 with the connection string of the PostgreSQL database that holds the log, while nodes may be running");
        postgres.Required = true;
        var month = new Option<YearMonth?>("--month") { Description = "The month that is to leave the log, in UTC: the oldest; without it the months are only listed", HelpName = "YYYY-MM", CustomParser = Month };
        return line.Command(
            "detach",
            "List the months of a log in PostgreSQL, or take the oldest out of it, so that its table can be kept elsewhere; a log that a month has left can't be backed up by safespace",
            ["safespace log detach --postgres connection.txt", "safespace log detach --postgres connection.txt --month 2026-01"],
            [postgres, month],
            session => LogAnswer.OrFailAsync(async () =>
            {
                var address = LogAnswer.Address(session, postgres);
                if (session.Get(month) is not { } leaving)
                {
                    List(session, await LogMonths.ListAsync(address, session.Stopped));
                    return ExitCodes.Done;
                }
                var detached = await LogMonths.DetachAsync(address, leaving, session.Stopped);
                LogAnswer.Write(
                    session,
                    detached,
                    $"{detached.Table} left the log: events up to position {detached.Position} are no longer read from it.",
                    $"Its table is in the database still. Keep it elsewhere before anybody drops it: pg_dump --table=safespace.{detached.Table}");
                return ExitCodes.Done;
            }));
    }

    private static YearMonth? Month(ArgumentResult given)
    {
        if (YearMonthPattern.Iso.Parse(given.Tokens.Single().Value) is { Success: true } parsed)
            return parsed.Value;
        given.AddError($"--month '{given.Tokens.Single().Value}' is not a month such as 2026-01.");
        return null;
    }

    private static void List(Session session, IReadOnlyList<LogMonth> months)
    {
        if (session.IsJson)
        {
            foreach (var month in months)
                LogAnswer.Write(session, new { Month = YearMonthPattern.Iso.Format(month.Month), month.Table, month.FirstPosition, month.LastPosition, month.Bytes, month.Obstacle });
            return;
        }
        var table = Reports.Table("Month", "Positions", "Bytes", "May it leave?");
        foreach (var month in months)
        {
            table.AddRow(
                new Text(YearMonthPattern.Iso.Format(month.Month)),
                new Text(month.LastPosition > 0 ? string.Create(CultureInfo.InvariantCulture, $"{month.FirstPosition} to {month.LastPosition}") : "none"),
                new Text(month.Bytes.ToString(CultureInfo.InvariantCulture)),
                new Text(month.Obstacle is { } obstacle ? "No. " + Words.Clean(obstacle) : "Yes."));
        }
        session.Terminal.Answers().Write(table);
    }

    private static IEnumerable<string> Lines(LogReport report)
    {
        yield return $"Log      {report.Where}, epoch {report.Epoch?.ToString() ?? "not readable"}";
        yield return $"Entries  {report.Entries} in {report.Streams} streams";
        yield return $"First    {Entry(report.FirstPosition, report.FirstRecordedAt)}";
        yield return $"Last     {Entry(report.LastPosition, report.LastRecordedAt)}";
        yield return $"Answered up to {report.AcknowledgedPosition?.ToString(provider: null) ?? "a position that is not known"}; whole up to {report.ReadableTo}";
        yield return report.IsSound ? "Sound: nothing is wrong." : $"DAMAGED: {report.Problems.Count} problem(s)";
        foreach (var problem in report.Problems)
            yield return $"- {Words.Clean(problem.ToString())}";
    }

    private static string Entry(long position, Instant? recorded) => recorded is { } at ? $"position {position}, {LogAnswer.Text(at)}" : "none";
}
