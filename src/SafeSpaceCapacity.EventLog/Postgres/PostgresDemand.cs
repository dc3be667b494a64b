using System.Data;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.Domain.Demand;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>Demand in the database of the log. Nodes take turns at needs by the row that says up to where they were counted.</summary>
internal sealed class PostgresDemand(PostgresEventLog log) : IDemandStore
{
    private const int WrittenAtOnce = 5_000;

    public ValueTask<int> CountedUntilAsync(CancellationToken cancellationToken = default) =>
        log.TryAsync(connection => connection.ScalarAsync<int>("select until_hour from needs_counted", cancellationToken), cancellationToken);

    public async ValueTask MergeNeedsAsync(IReadOnlyList<Need> needs, CancellationToken cancellationToken = default) => await WriteAsync(
        async connection =>
        {
            var counted = await TakeAsync(connection, cancellationToken);
            var kept = (await NeedsAsync(connection, "need_id = any($1)", cancellationToken, needs.Select(need => need.Id).ToArray())).ToDictionary(need => need.Id);
            var merged = DemandRows.Merged(needs, kept, counted);
            await connection.RunAsync(
                $"""
                insert into needs ({DemandRows.NeedColumns})
                select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::bigint[], $7::integer[], $8::bigint[], $9::integer[])
                on conflict (need_id) do update set area = excluded.area, asked_at_ns = excluded.asked_at_ns, asked = excluded.asked, search = excluded.search,
                    search_at_ns = excluded.search_at_ns, step = excluded.step, step_at_ns = excluded.step_at_ns, minutes_away = excluded.minutes_away
                """,
                cancellationToken,
                merged.Select(need => need.Id).ToArray(),
                merged.Select(need => need.Area).ToArray(),
                merged.Select(need => need.AskedAt.ToNanoseconds()).ToArray(),
                merged.Select(need => (long)need.Asked).ToArray(),
                merged.Select(need => (int)need.Search).ToArray(),
                merged.Select(need => need.SearchAt.ToNanoseconds()).ToArray(),
                merged.Select(need => (int)need.Step).ToArray(),
                merged.Select(need => need.StepAt.ToNanoseconds()).ToArray(),
                merged.Select(need => need.MinutesAway).ToArray());
            return merged.Count;
        },
        cancellationToken);

    public async ValueTask CountNeedsAsync(int until, int forgetBefore, CancellationToken cancellationToken = default) => await WriteAsync(
        async connection =>
        {
            var from = await TakeAsync(connection, cancellationToken);
            if (until <= from)
                return 0;
            var settled = await NeedsAsync(connection, "asked_at_ns >= $1 and asked_at_ns < $2", cancellationToken, DemandRows.Nanoseconds(from), DemandRows.Nanoseconds(until));
            await InsertAsync(connection, string.Empty, DemandRows.Counted(settled), cancellationToken);
            await connection.RunAsync("delete from needs where asked_at_ns < $1", cancellationToken, DemandRows.Nanoseconds(until));
            await connection.RunAsync("delete from demand_counts where source = '' and hour < $1", cancellationToken, forgetBefore);
            return await connection.RunAsync("update needs_counted set until_hour = $1", cancellationToken, until);
        },
        cancellationToken);

    public ValueTask<(int CountedUntil, IReadOnlyList<Need> Needs)> ReadNeedsAsync(int fromHour, int untilHour, CancellationToken cancellationToken = default) => log.TryAsync(
        async connection =>
        {
            await using var picture = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var counted = await connection.ScalarAsync<int>("select until_hour from needs_counted", cancellationToken);
            var needs = await NeedsAsync(
                connection, "asked_at_ns >= $1 and asked_at_ns < $2", cancellationToken, DemandRows.Nanoseconds(Math.Max(fromHour, counted)), DemandRows.Nanoseconds(untilHour));
            return (counted, (IReadOnlyList<Need>)needs);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<DemandCount>> ReadCountsAsync(
        string source, int fromHour, int untilHour, bool withCodes, CancellationToken cancellationToken = default) => log.TryAsync<IReadOnlyList<DemandCount>>(
        async connection =>
        {
            await using var command = connection.Command(
                $"select {DemandRows.CountColumns} from demand_counts where source = $1 and hour >= $2 and hour < $3 and ($4 or code = 0)", source, fromHour, untilHour, withCodes);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var counts = new List<DemandCount>();
            while (await row.ReadAsync(cancellationToken))
                counts.Add(DemandRows.Count(row));
            return counts;
        },
        cancellationToken);

    public async ValueTask ReplaceCountsAsync(
        string source, IReadOnlyList<DemandCount> counts, DemandDocument document, CancellationToken cancellationToken = default) => await WriteAsync(
        async connection =>
        {
            await connection.RunAsync("select 1 from needs_counted for update", cancellationToken);
            await connection.RunAsync("delete from demand_counts where source = $1", cancellationToken, source);
            await InsertAsync(connection, source, counts, cancellationToken);
            return await SaveAsync(connection, IDemandStore.SourcePrefix + source, document, "true", cancellationToken);
        },
        cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DemandDocument>> ReadDocumentsAsync(string prefix, CancellationToken cancellationToken = default) =>
        log.TryAsync<IReadOnlyDictionary<string, DemandDocument>>(
            async connection =>
            {
                await using var command = connection.Command("select name, made_at_ns, body from demand_documents where starts_with(name, $1)", prefix);
                await using var row = await command.ExecuteReaderAsync(cancellationToken);
                var documents = new Dictionary<string, DemandDocument>(StringComparer.Ordinal);
                while (await row.ReadAsync(cancellationToken))
                    documents.Add(row.GetString(0), new DemandDocument(row.GetInt64(1).ToInstant(), row.GetFieldValue<byte[]>(2)));
                return documents;
            },
            cancellationToken);

    public async ValueTask SaveDocumentAsync(string name, DemandDocument document, CancellationToken cancellationToken = default) => await log.TryAsync(
        connection => SaveAsync(connection, name, document, "excluded.made_at_ns >= demand_documents.made_at_ns", cancellationToken), cancellationToken);

    public async ValueTask<bool> TakeTurnAsync(string name, Instant now, Instant unlessSince, CancellationToken cancellationToken = default) => await log.TryAsync(
        connection => connection.RunAsync(
            "insert into demand_documents values ($1, $2, '') on conflict (name) do update set made_at_ns = excluded.made_at_ns where demand_documents.made_at_ns <= $3",
            cancellationToken,
            name,
            now.ToNanoseconds(),
            unlessSince.ToNanoseconds()),
        cancellationToken) > 0;

    private ValueTask<int> WriteAsync(Func<NpgsqlConnection, Task<int>> act, CancellationToken cancellationToken) => log.TryAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var written = await act(connection);
            await transaction.CommitAsync(cancellationToken);
            return written;
        },
        cancellationToken);

    private static Task<int> TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<int>("select until_hour from needs_counted for update", cancellationToken);

    private static async Task<List<Need>> NeedsAsync(NpgsqlConnection connection, string which, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = connection.Command($"select {DemandRows.NeedColumns} from needs where {which}", values);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var needs = new List<Need>();
        while (await row.ReadAsync(cancellationToken))
            needs.Add(DemandRows.Need(row, row.GetGuid(0)));
        return needs;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, string source, IReadOnlyList<DemandCount> counts, CancellationToken cancellationToken)
    {
        foreach (var some in counts.Chunk(WrittenAtOnce))
        {
            await connection.RunAsync(
                $"""
                insert into demand_counts (source, {DemandRows.CountColumns})
                select $1, * from unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[])
                """,
                cancellationToken,
                source,
                some.Select(count => count.Area).ToArray(),
                some.Select(count => count.Hour).ToArray(),
                some.Select(count => count.Outcome).ToArray(),
                some.Select(count => count.Code).ToArray(),
                some.Select(count => count.People).ToArray(),
                some.Select(count => count.MinutesAway).ToArray());
        }
    }

    private static Task<int> SaveAsync(NpgsqlConnection connection, string name, DemandDocument document, string when, CancellationToken cancellationToken) => connection.RunAsync(
        $"insert into demand_documents values ($1, $2, $3) on conflict (name) do update set made_at_ns = excluded.made_at_ns, body = excluded.body where {when}",
        cancellationToken,
        name,
        document.MadeAt.ToNanoseconds(),
        document.Body.ToArray());
}
