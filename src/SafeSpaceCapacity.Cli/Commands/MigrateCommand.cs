using System.CommandLine;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>From the log of one machine to one that several nodes share.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandLine line)
    {
        var data = LogAnswer.Data("The data directory of a service that is stopped");
        data.Required = true;
        data.AcceptExistingOnly();
        var postgres = LogAnswer.Postgres("File of mode 600 with the connection string of an empty PostgreSQL database");
        postgres.Required = true;
        return line.Command(
            "migrate",
            "Copy the event log of a data directory to PostgreSQL, and prove that both are equal before it counts; the directory is then for --postgres only",
            ["safespace migrate --data demo-data --postgres connection.txt"],
            [data, postgres],
            session => LogAnswer.OrFailAsync(async () =>
            {
                var copied = await LogCopy.ToPostgresAsync(session.Get(data)!.FullName, LogAnswer.Address(session, postgres), session.Stopped);
                LogAnswer.Write(
                    session,
                    new { copied.Epoch, copied.Entries, copied.Streams, copied.Commands, LastRecordedAt = LogAnswer.Text(copied.LastRecordedAt) },
                    $"Copied and found equal: {LogAnswer.Words(copied)}.",
                    $"Start the service with --data {session.Get(data)} --postgres {session.Get(postgres)}.");
                return ExitCodes.Done;
            }));
    }
}
