using System.Globalization;
using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>
/// Keeps a node in touch with the database: hears of the appends of other nodes, asks once a second in case a word was lost, reads the clock,
/// and says that the node is there. A lost connection is made again.
/// </summary>
internal sealed class PostgresWatch(NpgsqlDataSource source, string where, LogNode node, Guid epoch, HeadSignal head)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);
    private volatile Exception? failure;

    /// <summary>The database's clock.</summary>
    public DatabaseTime Time { get; } = new();

    /// <summary>Why there is no touch; null while there is.</summary>
    public Exception? Failure => failure;

    /// <summary>Asks where the log ends and what the time is.</summary>
    /// <exception cref="LogReplacedException">It is another log, or an older state of it.</exception>
    public async Task PollAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = head.Position;
        var before = Time.GetTimestamp();
        await using var command = connection.Command("select position, epoch, log_now_ns() from log_head, meta");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var position = row.GetInt64(0);
        if (row.GetGuid(1) != epoch)
            throw new LogReplacedException($"The {where} holds another log than when this node opened it: start the node again.");
        if (position < known)
        {
            throw new LogReplacedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {where} went back from position {known} to {position}: it is an older copy. What is missing was acknowledged; bring back the newer one, or restore a backup."));
        }
        Time.Take(row.GetInt64(2).ToInstant().ToDateTimeOffset(), before, Time.GetTimestamp());
        head.Advance(position);
    }

    /// <summary>Goes on until it is cancelled.</summary>
    /// <param name="stop">Told of what can't be mended by trying again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action<Exception> stop, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await ListenAsync(connection, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is LogRefusedException or LogReplacedException)
            {
                failure = e;
                stop(e);
                return;
            }
#pragma warning disable CA1031 // Whatever it is, it is shown and tried again: the node must know of it when the database is back.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = PostgresFailure.Of(e, "The " + where);
            }
            await Task.Delay(RetryEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var heard = 0L;

        // What is said is only a hint: anybody who may use the database may say anything.
        connection.Notification += (_, said) => heard = long.TryParse(said.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;
        await connection.RunAsync("listen " + PostgresServer.Channel, cancellationToken);
        long? polled = null;
        long? beaten = null;
        while (true)
        {
            if (beaten is not { } beat || Time.GetElapsedTime(beat) >= PostgresNodes.BeatEvery)
            {
                await PostgresNodes.BeatAsync(connection, node, cancellationToken);
                beaten = Time.GetTimestamp();
            }
            if (heard > head.Position || polled is not { } asked || Time.GetElapsedTime(asked) >= PollEvery)
            {
                await PollAsync(connection, cancellationToken);
                polled = Time.GetTimestamp();
                heard = 0;
                failure = null;
            }
            await connection.WaitAsync(PollEvery, cancellationToken);
        }
    }
}
