using NodaTime;
using SafeSpaceCapacity.Cli.Simulation;

namespace SafeSpaceCapacity.Cli.Tests.Simulation;

public sealed class AgendaTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 5, 0, 0);
    private readonly Agenda _agenda = new(Start, Duration.FromMinutes(5));
    private readonly List<string> _happened = [];

    [Fact]
    public async Task Time_moves_to_the_first_moment_that_somebody_waits_for_once_all_wait()
    {
        var inCall = new TaskCompletionSource();
        _agenda.Begin(async () =>
        {
            await _agenda.UntilAsync(Start + Duration.FromMinutes(12));
            Note("second");
        });
        _agenda.Begin(async () =>
        {
            await inCall.Task;
            await _agenda.UntilAsync(Start + Duration.FromMinutes(3));
            Note("first");
        });
        var run = RunAsync();
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(_happened);
        inCall.SetResult();
        await run;
        Assert.Equal(["to 5", "first at 5", "to 15", "second at 15"], _happened);
    }

    [Fact]
    public async Task What_has_come_is_not_waited_for_and_who_begins_another_waits_with_them()
    {
        _agenda.Begin(async () =>
        {
            await _agenda.UntilAsync(Start);
            Note("now");
            _agenda.Begin(async () =>
            {
                await _agenda.UntilAsync(Start + Duration.FromMinutes(1));
                Note("later");
            });
        });
        await RunAsync();
        Assert.Equal(["now at 0", "to 5", "later at 5"], _happened);
    }

    [Fact]
    public async Task It_ends_when_told_to_though_somebody_waits_for_ever()
    {
        _agenda.Begin(async () =>
        {
            while (true)
                await _agenda.UntilAsync(_agenda.Now + Duration.FromMinutes(5));
        });
        await _agenda.RunAsync(_ => Task.CompletedTask, () => _agenda.Now < Start + Duration.FromHours(1));
        Assert.Equal(Start + Duration.FromHours(1), _agenda.Now);
    }

    [Fact]
    public async Task A_failure_of_anybody_ends_it()
    {
        _agenda.Begin(async () =>
        {
            await _agenda.UntilAsync(Start + Duration.FromMinutes(1));
            throw new InvalidDataException("wrong");
        });
        await Assert.ThrowsAsync<InvalidDataException>(RunAsync);
    }

    private Task RunAsync() => _agenda.RunAsync(
        to =>
        {
            _happened.Add($"to {(to - Start).TotalMinutes}");
            return Task.CompletedTask;
        },
        () => true);

    private void Note(string what) => _happened.Add($"{what} at {(_agenda.Now - Start).TotalMinutes}");
}
