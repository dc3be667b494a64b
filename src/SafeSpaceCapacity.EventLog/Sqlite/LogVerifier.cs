using System.Globalization;
using Microsoft.Data.Sqlite;
using NodaTime;
using SafeSpaceCapacity.EventLog.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Reads a whole SQLite log and says whether it is what was written. It changes nothing, and the log may be in use meanwhile.</summary>
public static class LogVerifier
{
    /// <summary>Verifies the log in a data directory.</summary>
    /// <exception cref="LogSchemaException">A newer program wrote it.</exception>
    public static Task<LogReport> VerifyAsync(string directory, CancellationToken cancellationToken = default) =>
        Task.Run(() => Verify(new LogFiles(directory), everything: true, cancellationToken), cancellationToken);

    /// <summary>Verifies everything, or only what takes no time: that it is a log, its last entry, and the acknowledged mark.</summary>
    internal static LogReport Verify(LogFiles files, bool everything, CancellationToken cancellationToken)
    {
        // Before the database is read: the log may grow meanwhile, and must still not end before the mark.
        var mark = AcknowledgedMark.Read(files);
        var pass = new Pass(mark);
        if (LogFiles.LengthOf(files.Database) == 0)
            pass.Nothing(files);
        else
            pass.Run(files, everything, cancellationToken);
        return pass.Report(files.Directory);
    }

    /// <summary>One verification under way.</summary>
    private sealed class Pass((Guid Epoch, long Position)? mark)
    {
        private const int ProblemsMost = 50;
        private readonly List<LogProblem> problems = [];
        private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
        private readonly Rows rows = new();
        private int problemsLeftOut;
        private Guid? epoch;
        private long entries;
        private long readableTo;
        private long resume = 1;
        private RecordedEvent? first;
        private RecordedEvent? last;

        private long? Acknowledged => mark is { } known && (epoch is null || epoch == known.Epoch) ? known.Position : null;

        public LogReport Report(string directory)
        {
            if (problemsLeftOut > 0)
                problems.Add(new LogProblem(null, null, string.Create(CultureInfo.InvariantCulture, $"and {problemsLeftOut} more problems")));
            return new(directory, epoch, entries, versions.Count, first?.Position ?? 0, first?.RecordedAt, last?.Position ?? 0, last?.RecordedAt, readableTo, Acknowledged, problems);
        }

        public void Nothing(LogFiles files)
        {
            var what = File.Exists(files.Database) ? "log.db is empty" : "there is no log.db";
            if (Acknowledged is > 0 and var acknowledged)
                Add(1, acknowledged, $"{what}, but {acknowledged} entries were acknowledged");
            else if (LogFiles.LengthOf(files.WriteAheadLog) > 0)
                Add(1, null, $"{what}, but there is a log.db-wal, which is of no use without it");
            else if (!File.Exists(files.Database))
                Add(null, null, what);
        }

        public void Run(LogFiles files, bool everything, CancellationToken cancellationToken)
        {
            try
            {
                using var connection = files.OpenForInspection();
                using var interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
                using var snapshot = connection.BeginTransaction(deferred: true);
                if (!Identify(connection, files.Directory))
                    return;
                if (everything)
                    Everything(connection, cancellationToken);
                else
                    LastEntry(connection);
                AgainstMark();
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
            catch (SqliteException e) when (e.SqliteErrorCode is not (raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_BUSY or raw.SQLITE_NOMEM or raw.SQLITE_READONLY))
            {
                // Not being allowed to look is not damage: those go to the caller as they are.
                Add(readableTo + 1, Acknowledged > readableTo ? Acknowledged : null, $"log.db cannot be read as a database ({e.Message})");
            }
        }

        private bool Identify(SqliteConnection connection, string directory)
        {
            if (Migrations.Find(connection) is not { } schema)
            {
                Add(1, Acknowledged, "log.db is a database, but not a log");
                return false;
            }
            if (schema > Migrations.Known)
                throw new LogSchemaException(directory, schema, Migrations.Known);
            foreach (var damaged in Migrations.Damaged(connection, schema))
                Add(null, null, $"the description of the {damaged} is damaged or missing");
            using var command = Select(connection, "select epoch, created_at_ns, checksum from meta");
            using var row = command.ExecuteReader();
            epoch = row.Read() ? rows.TryEpoch(row)?.Epoch : null;
            if (epoch is null)
                Add(null, null, "the row that names the epoch is damaged or missing");
            return true;
        }

        private void LastEntry(SqliteConnection connection)
        {
            using var command = Select(connection, $"select {Rows.EventColumns} from events order by position desc limit 1");
            using var row = command.ExecuteReader();
            if (!row.Read())
                return;
            if (rows.TryEvent(row, out var found) is not { } entry)
            {
                Add(row.GetInt64(0), row.GetInt64(0), found);
                return;
            }
            last = entry;
            entries = readableTo = entry.Position;
        }

        private void Everything(SqliteConnection connection, CancellationToken cancellationToken)
        {
            var broken = Forwards(connection, cancellationToken);
            if (broken is not null)
                Backwards(connection, broken, cancellationToken);
            else
                Heads(connection);
            Commands(connection, cancellationToken);
            Integrity(connection);
        }

        /// <summary>Reads from the first entry on; returns what the database said where it could read no further.</summary>
        private SqliteException? Forwards(SqliteConnection connection, CancellationToken cancellationToken)
        {
            var whole = true;
            using var command = Select(connection, $"select {Rows.EventColumns} from events order by position");
            try
            {
                using var row = command.ExecuteReader();
                while (row.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var position = row.GetInt64(0);
                    if (position > resume)
                        Add(resume, position - 1, "entries are missing");
                    else if (position < resume)
                        Add(position, position, "this position is out of order");
                    whole &= position == resume;
                    resume = unchecked(position + 1);
                    if (rows.TryEvent(row, out var found) is not { } entry)
                    {
                        whole = false;
                        Add(position, position, found);
                        continue;
                    }
                    Count(entry);
                    var version = versions.GetValueOrDefault(entry.Stream) + 1;
                    versions[entry.Stream] = entry.Version;
                    // After damage before it, a gap in a stream says nothing new.
                    if (version != entry.Version && whole)
                    {
                        whole = false;
                        Add(position, position, $"stream {entry.Stream} goes from version {version - 1} to {entry.Version}");
                    }
                    if (whole)
                        readableTo = position;
                }
                return null;
            }
            catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
            {
                return e;
            }
        }

        /// <summary>Reads from the last entry back to the place where reading forwards ended, to say which positions are lost.</summary>
        private void Backwards(SqliteConnection connection, SqliteException broken, CancellationToken cancellationToken)
        {
            long? lowest = null;
            using var command = Select(connection, $"select {Rows.EventColumns} from events order by position desc");
            try
            {
                using var row = command.ExecuteReader();
                while (row.Read() && row.GetInt64(0) >= resume)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    lowest = row.GetInt64(0);
                    if (rows.TryEvent(row, out var found) is { } entry)
                        Count(entry);
                    else
                        Add(lowest, lowest, found);
                }
            }
            catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
            {
                // Met the same damage from the other side.
            }
            Add(resume, lowest - 1 ?? (Acknowledged >= resume ? Acknowledged : null), $"the database cannot read its pages ({broken.Message})");
        }

        private void Heads(SqliteConnection connection)
        {
            var seen = 0;
            using var command = Select(connection, "select stream, version from heads");
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                seen++;
                var stream = row.GetString(0);
                var version = versions.GetValueOrDefault(stream);
                if (version != row.GetInt64(1))
                    Add(null, null, $"stream {stream} should end at version {row.GetInt64(1)}; its entries end at {version}");
            }
            if (seen < versions.Count)
                Add(null, null, $"{versions.Count - seen} streams have entries but no head");
        }

        private void Commands(SqliteConnection connection, CancellationToken cancellationToken)
        {
            using var command = Select(connection, $"select {Rows.CommandColumns} from commands");
            try
            {
                using var row = command.ExecuteReader();
                while (row.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (rows.TryCommand(row, out var found) is null)
                        Add(null, null, $"the outcome of a command is damaged: {found}");
                }
            }
            catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
            {
                Add(null, null, $"the outcomes of commands cannot be read ({e.Message})");
            }
        }

        private void Integrity(SqliteConnection connection)
        {
            using var command = Select(connection, "pragma integrity_check(20)");
            try
            {
                using var row = command.ExecuteReader();
                while (row.Read())
                {
                    if (row.GetString(0) is not "ok" and var what)
                        Add(null, null, $"SQLite's own check: {what}");
                }
            }
            catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
            {
                Add(null, null, $"SQLite's own check: {e.Message}");
            }
        }

        private void AgainstMark()
        {
            var end = last?.Position ?? 0;
            if (Acknowledged > end)
                Add(end + 1, Acknowledged, $"{Acknowledged - end} acknowledged entries are missing: the log ends at position {end}, but {Acknowledged} was acknowledged");
        }

        private void Count(RecordedEvent entry)
        {
            entries++;
            if (first is null || entry.Position < first.Position)
                first = entry;
            if (last is null || entry.Position > last.Position)
                last = entry;
        }

        private void Add(long? from, long? to, string what)
        {
            if (problems.Count < ProblemsMost)
                problems.Add(new LogProblem(from, to, what));
            else
                problemsLeftOut++;
        }

        private static SqliteCommand Select(SqliteConnection connection, string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            return command;
        }
    }
}
