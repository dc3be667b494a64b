using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>A stream of answers that is recorded as it begins, and whose reader must take what is sent.</summary>
/// <param name="inner">Where the messages go.</param>
/// <param name="record">Records the call.</param>
/// <param name="time">The machine's clock.</param>
/// <param name="ended">Cancelled once the call is over.</param>
internal sealed class RecordedStream<T>(IServerStreamWriter<T> inner, Action record, TimeProvider time, CancellationToken ended) : IServerStreamWriter<T>
{
    /// <summary>How long a reader may take nothing. What it then missed, it is told in the snapshot of its next watch.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    /// <summary>Whether anything was sent that had to be recorded.</summary>
    public bool WasBegun { get; private set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        // How far an import is is sent before the call is recorded: its outcome is not known yet, and it tells nothing of what the service knows or did.
        if (message is not (ImportDirectoryResponse { StepCase: ImportDirectoryResponse.StepOneofCase.Progress }
            or ImportGazetteerResponse { StepCase: ImportGazetteerResponse.StepOneofCase.Progress }))
        {
            Begin();
        }

        try
        {
            var write = inner.WriteAsync(message, cancellationToken);
            await (write.IsCompleted ? write : write.WaitAsync(Patience, time, CancellationToken.None));
        }
        catch (InvalidOperationException)
        {
            // A call that reaches its deadline takes no more messages a moment before it says that it is over.
            await Task.Delay(Moment, time, ended);
            throw;
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"the reader took nothing for {Patience.TotalSeconds:F0} seconds; watch again"));
        }
    }

    /// <summary>All was sent: a stream of nothing is recorded too.</summary>
    public void End() => Begin();

    private void Begin()
    {
        if (WasBegun)
            return;
        record();
        WasBegun = true;
    }
}
