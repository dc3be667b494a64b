using System.Data;
using System.Globalization;
using Npgsql;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>
/// The one connection of a node that appends; opened again when it was lost. A transaction begins by locking the head of the log: whoever has
/// it sees everything that was committed, and is alone until its own commit. So positions are given out in commit order, and nothing that is
/// looked up under the lock can have changed when it is written.
/// </summary>
internal sealed class PostgresWriter(NpgsqlDataSource source, string where, Guid epoch) : IAsyncDisposable
{
    /// <summary>How far the time of a decision may be from the database's clock (design: 2 s).</summary>
    private static readonly Duration MostAdrift = Duration.FromSeconds(2);

    private NpgsqlConnection? connection;
    private Instant monthsUntil = Instant.MinValue;

    /// <summary>Appends in one durable transaction, without the requests that drop out, and notes how each will end.</summary>
    /// <param name="batch">The requests.</param>
    /// <param name="committing">Set once the commit was asked for: a failure after that leaves open what became of it.</param>
    /// <returns>The head after it; null where nothing was to be written.</returns>
    public async Task<long?> AppendAsync(IReadOnlyList<AppendWork> batch, Action committing)
    {
        var isCommitting = false;
        var isOld = connection is not null;
        try
        {
            return await TryAsync(batch, () =>
            {
                isCommitting = true;
                committing();
            });
        }
        catch (Exception e) when (isOld && !isCommitting && PostgresFailure.MayPass(e))
        {
            // A connection that was open for a while may have been lost for as long: that says nothing about the database now.
            return await TryAsync(batch, committing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await open.DisposeAsync();
        }
    }

    private async Task<long?> TryAsync(IReadOnlyList<AppendWork> batch, Action committing)
    {
        try
        {
            connection ??= await OpenAsync();
            while (true)
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
                var locked = await LockAsync(connection, batch);
                if (locked.RecordedAt >= monthsUntil)
                {
                    // A new month: its partition must be there first. Whoever waits for the lock needs it no less.
                    await transaction.RollbackAsync();
                    monthsUntil = await PostgresMonths.MakeAsync(connection, locked.RecordedAt, CancellationToken.None);
                    continue;
                }

                var plan = new AppendPlan(epoch, locked.Head, locked.RecordedAt, stream => locked.Versions.GetValueOrDefault(stream), locked.Commands.Contains);
                foreach (var work in batch)
                    work.Tentative = Adrift(work.Request, locked.Now) is { } decided ? new AppendResult.Adrift(decided, locked.Now) : plan.Add(work.Request);
                if (plan.Events.Count == 0 && plan.Commands.Count == 0)
                    return null;
                await WriteAsync(connection, plan, locked);
                committing();
                await transaction.CommitAsync();
                return plan.Head;
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var opened = await source.OpenConnectionAsync();
        try
        {
            // Of each connection: the server may have been set up otherwise since, or be another.
            await PostgresServer.RequireDurableAsync(opened, where, CancellationToken.None);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the lock, then looks up what the requests depend on: one round trip, one picture after another.</summary>
    private async Task<Locked> LockAsync(NpgsqlConnection open, IReadOnlyList<AppendWork> batch)
    {
        var streams = batch.SelectMany(work => work.Request.Streams);
        await using var statements = new NpgsqlBatch(open)
            .Then("select position, recorded_at_ns from log_head for update")
            .Then("select epoch, log_now_ns() from meta")
            .Then("select stream, version from heads where stream = any($1)", (object)streams.Select(append => append.Stream).Distinct(StringComparer.Ordinal).ToArray())
            .Then("select command_id from commands where command_id = any($1)", (object)streams.SelectMany(append => append.Commands).Select(command => command.CommandId).Distinct().ToArray());
        await using var row = await statements.ExecuteReaderAsync();
        await row.ReadAsync();
        var (head, last) = (row.GetInt64(0), row.GetInt64(1).ToInstant());
        await row.NextResultAsync();
        await row.ReadAsync();
        if (row.GetGuid(0) != epoch)
            throw new LogReplacedException($"The {where} holds another log than when this node opened it: start the node again.");
        var now = row.GetInt64(1).ToInstant();
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        await row.NextResultAsync();
        while (await row.ReadAsync())
            versions.Add(row.GetString(0), row.GetInt64(1));
        var commands = new HashSet<Guid>();
        await row.NextResultAsync();
        while (await row.ReadAsync())
            commands.Add(row.GetGuid(0));
        return new Locked(head, now, Instant.Max(last, now), versions, commands);
    }

    /// <summary>The first time a request was decided with that is not of this moment, if any.</summary>
    private static Instant? Adrift(AppendRequest request, Instant now) =>
        request.DecidedAt().Where(decided => decided - now > MostAdrift || now - decided > MostAdrift).Select(decided => (Instant?)decided).FirstOrDefault();

    private static async Task WriteAsync(NpgsqlConnection open, AppendPlan plan, Locked locked)
    {
        var checksum = new RowChecksum();
        var (events, commands) = (plan.Events, plan.Commands);
        var known = plan.Heads.Where(head => locked.Versions.ContainsKey(head.Key)).ToList();
        var fresh = plan.Heads.Where(head => !locked.Versions.ContainsKey(head.Key)).ToList();
        await using var statements = new NpgsqlBatch(open)
            .Then(
                $"""
                insert into events ({Rows.EventColumns}) select * from unnest(
                    $1::bigint[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::integer[], $7::uuid[], $8::bytea[], $9::text[], $10::text[], $11::text[],
                    $12::text[], $13::uuid[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bytea[], $18::bytea[])
                """,
                Column(events, item => item.Position), Column(events, item => item.Epoch), Column(events, item => item.Stream),
                Column(events, item => item.Version), Column(events, item => item.Type), Column(events, item => item.Schema),
                Column(events, item => item.CommandId), Column(events, item => item.RequestHash.ToArray()), Column(events, item => item.Actor),
                Column(events, item => item.Role), Column(events, item => item.Client), Column(events, item => item.Correlation),
                Column(events, item => item.NeedId), Column(events, item => item.ObservedAt.ToNanoseconds()), Column(events, item => item.DecidedAt.ToNanoseconds()),
                Column(events, item => item.RecordedAt.ToNanoseconds()), Column(events, item => item.Payload.ToArray()), Column(events, checksum.Of))
            .Then(
                $"""
                insert into commands ({Rows.CommandColumns}) select * from unnest(
                    $1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bytea[])
                """,
                Column(commands, item => item.CommandId), Column(commands, item => item.Stream), Column(commands, item => item.RequestHash.ToArray()),
                Column(commands, item => item.Outcome.ToArray()), Column(commands, item => item.Actor), Column(commands, item => item.Role),
                Column(commands, item => item.Client), Column(commands, item => item.Correlation), Column(commands, item => item.DecidedAt.ToNanoseconds()),
                Column(commands, checksum.Of))
            .Then(
                "insert into heads (stream, version) select * from unnest($1::text[], $2::bigint[])",
                Column(fresh, head => head.Key), Column(fresh, head => head.Value.To))
            .Then(
                """
                update heads set version = moved.after from unnest($1::text[], $2::bigint[], $3::bigint[]) as moved (stream, before, after)
                where heads.stream = moved.stream and heads.version = moved.before
                """,
                Column(known, head => head.Key), Column(known, head => head.Value.From), Column(known, head => head.Value.To))
            .Then("update log_head set position = $1, recorded_at_ns = $2 where position = $3", plan.Head, locked.RecordedAt.ToNanoseconds(), locked.Head)
            .Then("select pg_notify($1, $2)", PostgresServer.Channel, plan.Head.ToString(CultureInfo.InvariantCulture));
        await statements.ExecuteNonQueryAsync();

        // The lock forbids it, unless somebody writes without.
        if (statements.BatchCommands[3].RecordsAffected != known.Count || statements.BatchCommands[4].RecordsAffected != 1)
            throw new LogCorruptException("Something other than a node of this service writes to the tables of the log.");
    }

    private static T[] Column<TRow, T>(IReadOnlyCollection<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        var i = 0;
        foreach (var row in rows)
            column[i++] = value(row);
        return column;
    }

    /// <summary>What was found under the lock.</summary>
    private sealed record Locked(long Head, Instant Now, Instant RecordedAt, Dictionary<string, long> Versions, HashSet<Guid> Commands);
}
