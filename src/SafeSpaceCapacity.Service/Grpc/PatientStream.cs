using Grpc.Core;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>A stream of requests of which the first can be looked at before it is taken, and whose sender must go on sending.</summary>
/// <param name="inner">Where the messages come from.</param>
/// <param name="time">The machine's clock.</param>
internal sealed class PatientStream<T>(IAsyncStreamReader<T> inner, TimeProvider time) : IAsyncStreamReader<T>
    where T : class
{
    /// <summary>How long a sender may send nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private T? _current;
    private bool _isPeeked;

    /// <summary>The first message; null for a stream of none.</summary>
    public T? First { get; private set; }

    /// <inheritdoc/>
    public T Current => _current ?? throw new InvalidOperationException("nothing was read");

    /// <summary>Waits for the first message. One that can't be read is thrown as it is, and answered as that of any other call.</summary>
    public async Task PeekAsync(CancellationToken cancellationToken)
    {
        First = await InTimeAsync(cancellationToken) ? inner.Current : null;
        _isPeeked = true;
    }

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_isPeeked)
        {
            _isPeeked = false;
            _current = First;
            return _current is not null;
        }

        if (First is null)
            return false;
        try
        {
            var more = await InTimeAsync(cancellationToken);
            _current = more ? inner.Current : null;
            return more;
        }
        catch (Exception unread) when (unread is not (OperationCanceledException or RpcException { StatusCode: StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted }))
        {
            // Whatever the library makes of bytes that are no message, or of none where one was announced: the sender's mistake.
            throw new RpcException(new Status(StatusCode.InvalidArgument, "a message can't be read as a request of this method"));
        }
    }

    private async Task<bool> InTimeAsync(CancellationToken cancellationToken)
    {
        var next = inner.MoveNext(cancellationToken);
        if (next.IsCompleted)
            return await next;
        try
        {
            return await next.WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"nothing came for {Patience.TotalSeconds:F0} seconds; send it again"));
        }
    }
}
