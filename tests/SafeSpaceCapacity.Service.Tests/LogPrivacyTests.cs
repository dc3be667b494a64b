using System.Collections.Concurrent;
using System.Globalization;
using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>What the program's log never carries, even where it says everything that operators may turn on.</summary>
public sealed class LogPrivacyTests
{
    [Fact]
    public async Task The_log_carries_no_token_no_coordinate_and_no_body()
    {
        using var kept = new Everything();
        await using var service = await RunningService.StartAsync(new Wishes { Logger = kept });
        await service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var token = service.Token(Role.Crew);
        var crew = new CrewService.CrewServiceClient(service.With(token));
        await crew.FindSpacesAsync(Ask.Find());
        await crew.FindSpacesAsync(new FindSpacesRequest { Origin = new Origin { Place = "Paisley" }, LegalStatus = LegalStatus.DetainedS297 });
        var hold = service.Hold("near-space");
        hold.CallSign = "QUEBEC 77";
        await crew.HoldPlaceAsync(hold);
        await Refusals.RefusedAsync(crew.FindSpacesAsync(new FindSpacesRequest { Origin = new Origin { Place = "Xyzzyqwf" } }), StatusCode.InvalidArgument);
        var forged = service.With(token[..^8] + "AAAAAAAA");
        await Refusals.RefusedAsync(new CrewService.CrewServiceClient(forged).FindSpacesAsync(Ask.Find()), StatusCode.Unauthenticated);
        await service.StopAsync();

        var log = string.Join('\n', kept.Lines);
        Assert.Contains("FindSpaces", log, StringComparison.Ordinal);
        string[] never =
        [
            token[..60], token.Split('.')[1], "Bearer ey", "AAAAAAAA", "QUEBEC", "Paisley", "Xyzzyqwf",
            Ask.Latitude.ToString(CultureInfo.InvariantCulture), Ask.Longitude.ToString(CultureInfo.InvariantCulture),
        ];
        Assert.All(never, text => Assert.DoesNotContain(text, log, StringComparison.Ordinal));
    }

    /// <summary>Keeps every line from Information on, with the scopes and the values behind it.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? string.Empty);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
