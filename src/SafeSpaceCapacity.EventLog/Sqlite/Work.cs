namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>Anything else that writes, in a transaction of its own between two merged appends.</summary>
internal abstract class UpkeepWork(CancellationToken cancellationToken) : Work(cancellationToken)
{
    /// <summary>Does it, in a transaction that the caller commits.</summary>
    public abstract void Write(SqliteWriter writer);

    /// <summary>Answers, after the commit.</summary>
    public abstract void Answer();
}

/// <summary>Upkeep that gives a result.</summary>
internal sealed class UpkeepWork<T>(Func<SqliteWriter, T> write, CancellationToken cancellationToken) : UpkeepWork(cancellationToken)
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Completion => completion.Task;

    public override void Write(SqliteWriter writer) => result = write(writer);

    public override void Answer() => completion.SetResult(result!);

    public override void Cancel() => completion.SetCanceled(CancellationToken);

    public override void Fail(Exception exception) => completion.SetException(exception);
}
