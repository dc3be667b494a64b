using Grpc.Core;
using SafeSpaceCapacity.Service.Grpc;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class RecordedStreamTests
{
    [Fact]
    public async Task A_message_that_comes_as_the_deadline_passes_is_a_call_that_ended_and_no_failure()
    {
        using var ended = new CancellationTokenSource();
        var write = new RecordedStream<string>(new Complete(), () => { }, TimeProvider.System, ended.Token).WriteAsync("late", CancellationToken.None);
        Assert.False(write.IsCompleted);

        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task A_message_that_is_not_taken_while_the_call_goes_on_is_a_failure() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new RecordedStream<string>(new Complete(), () => { }, TimeProvider.System, CancellationToken.None).WriteAsync("wrong", CancellationToken.None));

    /// <summary>As the library refuses messages of a call that it has completed.</summary>
    private sealed class Complete : IServerStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => throw new InvalidOperationException("Can't write the message because the request is complete.");
    }
}
