namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>Something the writer thread does for a caller who waits.</summary>
internal abstract class Work(CancellationToken cancellationToken)
{
    /// <summary>Given up while waiting its turn; from then on it is never begun.</summary>
    public bool IsCancelled => CancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken { get; } = cancellationToken;

    public abstract void Cancel();

    public abstract void Fail(Exception exception);
}

/// <summary>An append: several are merged into one transaction.</summary>
internal sealed class AppendWork(AppendRequest request, CancellationToken cancellationToken) : Work(cancellationToken)
{
    private readonly TaskCompletionSource<AppendResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AppendRequest Request { get; } = request;

    /// <summary>How it will end if the transaction commits. Not even a conflict is certain before: it may be with a neighbour.</summary>
    public AppendResult? Tentative { get; set; }

    public Task<AppendResult> Completion => completion.Task;

    public void Answer(AppendResult result) => completion.SetResult(result);

    public override void Cancel() => completion.SetCanceled(CancellationToken);

    public override void Fail(Exception exception) => completion.SetException(exception);
}

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
