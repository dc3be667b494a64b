using Microsoft.Data.Sqlite;
using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using static Microsoft.Data.Sqlite.SqliteType;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>Demand in the database of the log: written by the log's one writer, between two merged appends.</summary>
/// <param name="write">Runs something in a transaction of the writer.</param>
/// <param name="readers">The read connections of the log.</param>
internal sealed class SqliteDemand(Func<Func<SqliteWriter, int>, CancellationToken, ValueTask<int>> write, SqliteReaders readers) : IDemandStore
{
    private const string InsertCount = $"insert into demand_counts (source, {DemandRows.CountColumns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    public ValueTask<int> CountedUntilAsync(CancellationToken cancellationToken = default) => ReadAsync(CountedUntil, cancellationToken);

    public async ValueTask MergeNeedsAsync(IReadOnlyList<Need> needs, CancellationToken cancellationToken = default) => await WriteAsync(
        connection =>
        {
            var kept = new Dictionary<Guid, Need>();
            using (var find = new Statement(connection, $"select {DemandRows.NeedColumns} from needs where need_id = ?1", Blob))
            {
                foreach (var need in needs)
                {
                    using var row = find.Read(Bytes(need.Id));
                    if (row.Read())
                        kept[need.Id] = DemandRows.Need(row, need.Id);
                }
            }

            var merged = DemandRows.Merged(needs, kept, CountedUntil(connection));
            using var save = new Statement(
                connection,
                $"insert or replace into needs ({DemandRows.NeedColumns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                Blob, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer);
            foreach (var need in merged)
            {
                save.Execute(
                    Bytes(need.Id), need.Area, need.AskedAt.ToNanoseconds(), (long)need.Asked, (int)need.Search, need.SearchAt.ToNanoseconds(),
                    (int)need.Step, need.StepAt.ToNanoseconds(), need.MinutesAway);
            }

            return merged.Count;
        },
        cancellationToken);

    public async ValueTask CountNeedsAsync(int until, int forgetBefore, CancellationToken cancellationToken = default) => await WriteAsync(
        connection =>
        {
            var from = CountedUntil(connection);
            if (until <= from)
                return 0;
            var counts = DemandRows.Counted(Needs(connection, from, until));
            Insert(connection, string.Empty, counts);
            using var forget = new Statement(connection, "delete from needs where asked_at_ns < ?1", Integer);
            using var forgetCounts = new Statement(connection, "delete from demand_counts where source = '' and hour < ?1", Integer);
            using var mark = new Statement(connection, "update needs_counted set until_hour = ?1", Integer);
            mark.Execute(until);
            return counts.Count + forget.Execute(DemandRows.Nanoseconds(until)) + forgetCounts.Execute(forgetBefore);
        },
        cancellationToken);

    public ValueTask<(int CountedUntil, IReadOnlyList<Need> Needs)> ReadNeedsAsync(int fromHour, int untilHour, CancellationToken cancellationToken = default) => ReadAsync(
        connection =>
        {
            using var picture = connection.BeginTransaction(deferred: true);
            var counted = CountedUntil(connection);
            return (counted, (IReadOnlyList<Need>)Needs(connection, Math.Max(fromHour, counted), untilHour));
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<DemandCount>> ReadCountsAsync(
        string source, int fromHour, int untilHour, bool withCodes, CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<DemandCount>>(
        connection =>
        {
            using var select = new Statement(
                connection,
                $"select {DemandRows.CountColumns} from demand_counts where source = ?1 and hour >= ?2 and hour < ?3 and (?4 or code = 0)",
                Text, Integer, Integer, Integer);
            using var row = select.Read(source, fromHour, untilHour, withCodes);
            var counts = new List<DemandCount>();
            while (row.Read())
                counts.Add(DemandRows.Count(row));
            return counts;
        },
        cancellationToken);

    public async ValueTask ReplaceCountsAsync(
        string source, IReadOnlyList<DemandCount> counts, DemandDocument document, CancellationToken cancellationToken = default) => await WriteAsync(
        connection =>
        {
            using var clear = new Statement(connection, "delete from demand_counts where source = ?1", Text);
            var cleared = clear.Execute(source);
            Insert(connection, source, counts);
            return cleared + counts.Count + Save(connection, IDemandStore.SourcePrefix + source, document, "1");
        },
        cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DemandDocument>> ReadDocumentsAsync(string prefix, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, DemandDocument>>(
            connection =>
            {
                using var select = new Statement(connection, "select name, made_at_ns, body from demand_documents where substr(name, 1, length(?1)) = ?1", Text);
                using var row = select.Read(prefix);
                var documents = new Dictionary<string, DemandDocument>(StringComparer.Ordinal);
                while (row.Read())
                    documents.Add(row.GetString(0), new DemandDocument(row.GetInt64(1).ToInstant(), row.GetFieldValue<byte[]>(2)));
                return documents;
            },
            cancellationToken);

    public async ValueTask SaveDocumentAsync(string name, DemandDocument document, CancellationToken cancellationToken = default) => await WriteAsync(
        connection => Save(connection, name, document, "excluded.made_at_ns >= demand_documents.made_at_ns"), cancellationToken);

    public async ValueTask<bool> TakeTurnAsync(string name, Instant now, Instant unlessSince, CancellationToken cancellationToken = default) => await WriteAsync(
        connection =>
        {
            using var take = new Statement(
                connection,
                "insert into demand_documents values (?1, ?2, x'') on conflict (name) do update set made_at_ns = excluded.made_at_ns where demand_documents.made_at_ns <= ?3",
                Text, Integer, Integer);
            return take.Execute(name, now.ToNanoseconds(), unlessSince.ToNanoseconds());
        },
        cancellationToken) > 0;

    private ValueTask<int> WriteAsync(Func<SqliteConnection, int> act, CancellationToken cancellationToken) => write(writer => writer.Write(act), cancellationToken);

    private ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(readers.Read(reader => read(reader.Connection)));
    }

    private static int CountedUntil(SqliteConnection connection) => checked((int)(long)LogFiles.Scalar(connection, "select until_hour from needs_counted")!);

    private static List<Need> Needs(SqliteConnection connection, int fromHour, int untilHour)
    {
        using var select = new Statement(connection, $"select {DemandRows.NeedColumns} from needs where asked_at_ns >= ?1 and asked_at_ns < ?2", Integer, Integer);
        using var row = select.Read(DemandRows.Nanoseconds(fromHour), DemandRows.Nanoseconds(untilHour));
        var needs = new List<Need>();
        while (row.Read())
            needs.Add(DemandRows.Need(row, new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true)));
        return needs;
    }

    private static void Insert(SqliteConnection connection, string source, IReadOnlyList<DemandCount> counts)
    {
        using var insert = new Statement(connection, InsertCount, Text, Text, Integer, Integer, Integer, Integer, Integer);
        foreach (var count in counts)
            insert.Execute(source, count.Area, count.Hour, count.Outcome, count.Code, count.People, count.MinutesAway);
    }

    private static int Save(SqliteConnection connection, string name, DemandDocument document, string when)
    {
        using var save = new Statement(
            connection,
            $"insert into demand_documents values (?1, ?2, ?3) on conflict (name) do update set made_at_ns = excluded.made_at_ns, body = excluded.body where {when}",
            Text, Integer, Blob);
        return save.Execute(name, document.MadeAt.ToNanoseconds(), document.Body.ToArray());
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);
}
