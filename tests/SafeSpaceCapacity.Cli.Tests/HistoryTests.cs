using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Hours that are over, of areas and of a space.</summary>
public sealed class HistoryTests : CliTest
{
    [Fact]
    public async Task Hours_of_areas_say_what_is_withheld_and_show_a_0()
    {
        Width = 200;
        Server.Answers[typeof(GetHourlyTotalsRequest)] = new GetHourlyTotalsResponse
        {
            Hours =
            {
                new GetHourlyTotalsResponse.Types.Hour
                {
                    AreaCode = "S12000049",
                    LocalTime = "2026-10-25 01:00 BST",
                    Standing = new HourStanding { OpenMinutes = 0, SafeCapacity = 6.5, BelowSafeStaffingMinutes = 0, UnconfirmedMinutes = 40, Paused = { new PausedMinutes { Reason = PauseReason.Incident, Minutes = 15 } } },
                    Occupied = new() { Suppressed = true },
                    Demand = new DemandCounts { Arrivals = new() { Count = 17 }, HoldsPlaced = new() { Suppressed = true }, Refused = { new RefusedCount { Reason = RefusalReason.Age, Count = new() { Count = 9 } } } },
                },
            },
            Days = { new GetHourlyTotalsResponse.Types.Day { AreaCode = "S12000049", Date = "2026-10-24", Demand = new DemandCounts { Arrivals = new() { Count = 31 } } } },
            KeptFrom = Timestamp.FromDateTimeOffset(At("2025-10-20T00:00:00Z")),
        };

        var run = await RunAsync("totals", "--area", "S12000049", "--by-hour", "--from", "08:00");

        Assert.Equal(ExitCodes.Done, run.Code);
        var asked = Server.Only<GetHourlyTotalsRequest>();
        Assert.Equal((At("2026-11-22T08:00:00Z"), Now), (asked.From.ToDateTimeOffset(), asked.Until.ToDateTimeOffset()));
        foreach (var part in new[]
            {
                "2026-10-25 01:00 BST", "fewer than 5 or withheld", "6.5", "open 0 min", "paused (incident) 15 min", "unconfirmed 40 min", "arrivals: 17", "holds placed: fewer than 5",
                "holds expired: not known", "refused (age): 9", "refused for any other reason: fewer than 5", "2026-10-24", "arrivals: 31", "Hours are kept from 20 October 2025 01:00 on.",
            })
        {
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("below safe staffing", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happened_to_a_space_has_its_times_in_Scotland()
    {
        Width = 200;
        Server.Answers[typeof(GetSpaceHistoryRequest)] = new GetSpaceHistoryResponse
        {
            SpaceId = "gla-harbour",
            Name = "The \u001b[2JHarbour",
            Hours =
            {
                new GetSpaceHistoryResponse.Types.Hour
                {
                    LocalTime = "2026-07-01 19:00 BST",
                    Occupied = new() { Count = 6 },
                    Standing = new HourStanding { OpenMinutes = 60, SafeCapacity = 6, BelowSafeStaffingMinutes = 5, UnconfirmedMinutes = 0 },
                    Happenings =
                    {
                        new GetSpaceHistoryResponse.Types.Happening { HappenedAt = Stamp("2026-07-01T18:05:00Z"), Kind = SpaceHappening.Paused, PauseReason = PauseReason.Staffing, PausedUntil = Stamp("2026-07-01T19:00:00Z") },
                        new GetSpaceHistoryResponse.Types.Happening { HappenedAt = Stamp("2026-07-01T18:20:00Z"), Kind = SpaceHappening.StaffChanged, SafeCapacity = 6, OnDuty = { new GetSpaceHistoryResponse.Types.OnDuty { Role = StaffRole.SupportWorker, People = 2 } } },
                        new GetSpaceHistoryResponse.Types.Happening { HappenedAt = Stamp("2026-07-01T18:40:00Z"), Kind = SpaceHappening.WentUnconfirmed },
                    },
                },
            },
        };

        var run = await RunAsync("history", "gla-harbour", "--area", "S12000049");

        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(["S12000049"], Server.TokenRequests.Single().AreaCodes);
        Assert.Equal((Now.AddDays(-1), Now), (Server.Only<GetSpaceHistoryRequest>().From.ToDateTimeOffset(), Server.Only<GetSpaceHistoryRequest>().Until.ToDateTimeOffset()));
        foreach (var part in new[] { "19:05 takes nobody new (staffing) until Wed 20:00", "19:20 on duty: 2 support worker; safe capacity 6", "19:40 went unconfirmed", "below safe staffing 5 min" })
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task A_period_without_hours_is_refused()
    {
        var run = await RunAsync("totals", "--area", "S12000049", "--from", "08:00");
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("--by-hour", run.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    private static Timestamp Stamp(string iso) => Timestamp.FromDateTimeOffset(At(iso));
}
