using System.Collections.Concurrent;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>What the fuzz of the end-to-end tests found, each mended once.</summary>
public sealed class FuzzedInputTests
{
    [Fact]
    public async Task A_message_that_cannot_be_read_is_no_error_in_the_log_of_the_server()
    {
        using var logger = new Kept();
        await using var service = await RunningService.StartAsync(new Wishes { Logger = logger });
        foreach (var method in AnyMethod.All)
        {
            var refused = await method.RefusedAsync(service.Invoker, [0x0A, 0x7F, 0x01]);
            Assert.Equal(StatusCode.InvalidArgument, refused!.StatusCode);
        }

        Assert.Empty(logger.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task A_long_refusal_is_not_cut_off_inside_a_character(string before)
    {
        await using var service = await RunningService.StartAsync();
        var request = new WatchSpacesRequest { Origin = new Origin { Place = before + string.Concat(Enumerable.Repeat("\U0001F600", 45)) } };
        request.SpaceIds.AddRange(Enumerable.Repeat("?", 8));
        var refused = await AnyMethod.Of(request).RefusedAsync(service.Invoker, request.ToByteArray());
        Assert.Equal(StatusCode.InvalidArgument, refused!.StatusCode);
        Assert.EndsWith("\U0001F600...", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(9, refused.Violations().Count);
    }

    /// <summary>Keeps what is a warning or worse.</summary>
    private sealed class Kept : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
