using System.CommandLine;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Keeps a log elsewhere, and brings it back.</summary>
internal static class BackupCommands
{
    public static IEnumerable<Command> Create(CommandLine line) => [Backup(line), Restore(line)];

    private static Command Backup(CommandLine line)
    {
        var data = LogAnswer.Data("The data directory of a service, which may be running");
        data.AcceptExistingOnly();
        var postgres = LogAnswer.Postgres("File of mode 600 with the connection string of the PostgreSQL database that holds the log, while nodes may be running");
        var to = new Option<FileInfo>("--to") { Description = "The backup: a file that is not there yet. Nobody but its owner can read it", HelpName = "FILE", Required = true };
        var command = line.Command(
            "backup",
            "Write a backup of the event log to one file, while the service runs, and verify it; accounts, keys and audit trail are not in it",
            ["safespace backup --data demo-data --to log-monday.backup", "safespace backup --postgres connection.txt --to log-monday.backup"],
            [data, postgres, to],
            session => LogAnswer.OrFailAsync(async () =>
            {
                var file = session.Get(to)!.FullName;
                var copied = session.Get(data) is { } directory
                    ? await LogBackup.WriteAsync(directory.FullName, file, session.Terminal.Time, session.Stopped)
                    : await LogBackup.WriteAsync(LogAnswer.Address(session, postgres), file, session.Terminal.Time, session.Stopped);
                LogAnswer.Write(
                    session,
                    new { File = file, Bytes = new FileInfo(file).Length, copied.Epoch, copied.Entries, copied.Streams, copied.Commands, LastRecordedAt = LogAnswer.Text(copied.LastRecordedAt) },
                    $"Backed up and verified: {LogAnswer.Words(copied)}.",
                    $"It is in {file}, {new FileInfo(file).Length} bytes. Accounts, keys and audit trail are not: copy identity and audit of each data folder too.");
                return ExitCodes.Done;
            }));
        CommandLine.ExactlyOne(command, data, postgres);
        return command;
    }

    private static Command Restore(CommandLine line)
    {
        var from = new Option<FileInfo>("--from") { Description = "A backup", HelpName = "FILE", Required = true };
        from.AcceptExistingOnly();
        var data = LogAnswer.Data("The data directory, without a log in it; made if it is not there. What else it holds stays");
        var postgres = LogAnswer.Postgres("File of mode 600 with the connection string of an empty PostgreSQL database");
        var command = line.Command(
            "restore",
            "Bring the event log back from a backup, in a new epoch, and prove it by reading it again and replaying every event before it counts",
            ["safespace restore --from log-monday.backup --data new-data", "safespace restore --from log-monday.backup --postgres connection.txt"],
            [from, data, postgres],
            session => LogAnswer.OrFailAsync(async () =>
            {
                var file = session.Get(from)!.FullName;
                var restored = session.Get(data) is { } directory
                    ? await LogRestore.ToDirectoryAsync(file, directory.FullName, session.Terminal.Time, session.Stopped)
                    : await LogRestore.ToPostgresAsync(file, LogAnswer.Address(session, postgres), session.Stopped);
                var copied = restored.Copied;
                LogAnswer.Write(
                    session,
                    new
                    {
                        copied.Epoch,
                        restored.EpochBefore,
                        MadeAt = LogAnswer.Text(restored.MadeAt),
                        copied.Entries,
                        copied.Streams,
                        copied.Commands,
                        LastRecordedAt = LogAnswer.Text(copied.LastRecordedAt),
                    },
                    $"Restored, compared and replayed: {LogAnswer.Words(copied)}, which is new (before: {restored.EpochBefore}).",
                    $"What was recorded after the backup of {LogAnswer.Text(restored.MadeAt)} is gone: places held since then may be given again, so ring the spaces (safespace call-list) and have staff count.");
                return ExitCodes.Done;
            }));
        CommandLine.ExactlyOne(command, data, postgres);
        return command;
    }
}
