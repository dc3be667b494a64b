using Grpc.Core;

namespace SafeSpaceCapacity.Cli;

/// <summary>How a stream of changes is followed: it is watched again, with growing pauses, whenever the connection is lost.</summary>
internal static class Following
{
    public const int HeartbeatSeconds = 10;
    private const int HeartbeatsMissed = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private static TimeSpan Silence => TimeSpan.FromSeconds(HeartbeatSeconds * HeartbeatsMissed);

    /// <summary>
    /// Watches, and watches again after a lost connection, or with a new token when the one before has ended. A service that never
    /// answered is a failure, so that a wrong address ends the run; so is a token that never served.
    /// </summary>
    /// <param name="session">The run.</param>
    /// <param name="begin">Begins the stream.</param>
    /// <param name="heard">Takes a message; false where it is the last.</param>
    /// <param name="lost">Takes why the connection was lost: until something is heard, what was shown may be old.</param>
    /// <param name="stopped">Ends it, with an exception.</param>
    public static async Task RunAsync<T>(
        Session session, Func<CancellationToken, Task<AsyncServerStreamingCall<T>>> begin, Func<T, bool> heard, Action<string> lost, CancellationToken stopped)
    {
        var (everHeard, tokenServed) = (false, false);
        var pause = FirstPause;
        while (true)
        {
            using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, session.Terminal.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopped, silence.Token);
            string why;
            try
            {
                using var call = await begin(ends.Token);
                silence.CancelAfter(Silence);
                await foreach (var message in call.ResponseStream.ReadAllAsync(ends.Token))
                {
                    silence.CancelAfter(Silence);
                    (everHeard, tokenServed) = (true, true);
                    pause = FirstPause;
                    if (!heard(message))
                        return;
                }

                why = "the service ended the watch";
            }
            catch (RpcException failed) when (!stopped.IsCancellationRequested && everHeard && IsConnectionLost(failed.StatusCode))
            {
                why = silence.IsCancellationRequested ? $"nothing heard for {Silence.TotalSeconds:0} s" : Failure.Of(failed).Status;
            }
            catch (RpcException ended) when (tokenServed && ended.StatusCode is StatusCode.Unauthenticated)
            {
                session.ForgetToken();
                tokenServed = false;
                why = "the token ended";
            }
            catch (RpcException failed) when (!stopped.IsCancellationRequested)
            {
                throw new FailureException(session.Failed(silence.IsCancellationRequested
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The service sent nothing."))
                    : failed));
            }

            lost(why);
            await Task.Delay(pause, session.Terminal.Time, stopped);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // A restarting service also breaks a stream off in the middle, which a client sees as INTERNAL or UNKNOWN, or cancels it; and asks
    // those who all come back at once to wait.
    private static bool IsConnectionLost(StatusCode status) => status is
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown or StatusCode.Aborted
        or StatusCode.ResourceExhausted;
}
