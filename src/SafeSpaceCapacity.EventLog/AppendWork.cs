namespace SafeSpaceCapacity.EventLog;

/// <summary>Something the writer of a log does for a caller who waits.</summary>
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

    /// <summary>So many share a transaction at most.</summary>
    public const int MergedMost = 512;

    /// <summary>So many wait at most; the next waits for a place in the queue.</summary>
    public const int QueuedMost = 4096;

    public AppendRequest Request { get; } = request;

    /// <summary>How it will end if the transaction commits. Not even a conflict is certain before: it may be with a neighbour.</summary>
    public AppendResult? Tentative { get; set; }

    public Task<AppendResult> Completion => completion.Task;

    public void Answer(AppendResult result) => completion.SetResult(result);

    public override void Cancel() => completion.SetCanceled(CancellationToken);

    public override void Fail(Exception exception) => completion.SetException(exception);
}
