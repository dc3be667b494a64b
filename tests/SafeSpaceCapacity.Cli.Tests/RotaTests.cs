using System.Text.Json;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Rotas shown, planned from a file and written to one.</summary>
public sealed class RotaTests : CliTest
{
    private const string Line = "0190b1c2-7d3e-7f00-8a1b-00000000000a";
    private const string Command = "0190b1c2-0000-7f00-8a1b-2c3d4e5f6071";
    private const string Typed =
        """
        {
          "lines": [
            {"role": "STAFF_ROLE_CLINICIAN", "weekdays": [1, 2], "starts": "18:00", "ends": "02:00"},
            {"role": "STAFF_ROLE_VOLUNTEER", "weekdays": [7], "starts": "10:00", "ends": "16:00"},
            {"role": "STAFF_ROLE_VOLUNTEER", "weekdays": [7], "starts": "10:00", "ends": "16:00"}
          ],
          "absences": [{"lineId": "3", "date": "2026-12-27"}]
        }
        """;

    private readonly TemporaryDirectory _files = new();

    [Fact]
    public async Task What_is_exported_can_be_planned_and_is_the_same()
    {
        var rota = Rota();
        Server.Answers[typeof(GetRotaRequest)] = rota;
        var exported = await RunAsync("rota", "export", "gla-harbour", "--out", _files["rota.json"]);
        Assert.Equal(ExitCodes.Done, exported.Code);
        Assert.Contains("safespace rota plan gla-harbour --file", exported.Out, StringComparison.Ordinal);
        var planned = await RunAsync("rota", "plan", "gla-harbour", "--file", _files["rota.json"], "--command-id", Command);
        Assert.Equal(ExitCodes.Done, planned.Code);
        Assert.Equal(
            new PlanRotaRequest { CommandId = Command, SpaceId = "gla-harbour", Lines = { rota.Lines }, Absences = { rota.Absences } }, Server.Received.Last());
    }

    [Fact]
    public async Task Lines_without_an_id_get_the_same_one_each_time_and_absences_may_name_them_by_number()
    {
        var file = _files.Write("rota.json", Typed);
        for (var i = 0; i < 2; i++)
            Assert.Equal(ExitCodes.Done, (await RunAsync("rota", "plan", "gla-harbour", "--file", file, "--command-id", Command)).Code);
        await RunAsync("rota", "plan", "gla-lantern", "--file", file);
        var plans = Server.Received.Cast<PlanRotaRequest>().ToList();
        Assert.Equal(plans[0], plans[1]);
        var ids = plans[0].Lines.Concat(plans[2].Lines).Select(line => line.LineId).ToList();
        Assert.Equal(6, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _)));
        Assert.Equal(plans[0].Lines[2].LineId, Assert.Single(plans[0].Absences).LineId);
    }

    [Fact]
    public async Task The_rota_of_another_space_or_what_is_none_is_not_planned()
    {
        var other = await RunAsync("rota", "plan", "gla-harbour", "--file", _files.Write("other.json", """{"spaceId": "gla-lantern"}"""));
        Assert.Equal(ExitCodes.BadInput, other.Code);
        Assert.Contains("the rota of gla-lantern, not of gla-harbour", other.Error, StringComparison.Ordinal);
        var none = await RunAsync("rota", "plan", "gla-harbour", "--file", _files.Write("none.json", """{"role": 1}"""));
        Assert.Contains("is not a PlanRotaRequest in JSON", none.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task A_rota_that_is_refused_ends_with_3()
    {
        Server.Answers[typeof(PlanRotaRequest)] = new PlanRotaResponse { Rejected = new Rejection { Code = RejectionCode.Retired } };
        Assert.Equal(ExitCodes.Rejected, (await RunAsync("rota", "plan", "gla-harbour", "--file", _files.Write("rota.json", Typed))).Code);
    }

    [Fact]
    public async Task It_is_shown_with_the_least_of_each_hour_and_its_gaps()
    {
        Server.Answers[typeof(GetRotaRequest)] = Rota();
        var run = await RunAsync("rota", "show", "gla-harbour");
        Assert.Equal(ExitCodes.Done, run.Code);
        var lines = run.Out.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains("1 clinician, Sun Mon, 18:00 to 02:00 the day after, agency", Flat(run.Out), StringComparison.Ordinal);
        Assert.Contains("break 21:00 to 21:30, first on 2026-11-01", Flat(run.Out), StringComparison.Ordinal);
        Assert.Contains("Nobody comes for 1 (clinician) on 2026-12-25.", Flat(run.Out), StringComparison.Ordinal);
        Assert.Contains("support worker, 15:00 to 16:00", run.Out, StringComparison.Ordinal);

        // Sunday from 14:15: closed until 15, six people for a while in the hour from 15, of which the least is 4, a gap at 17:30.
        var sunday = lines.Single(line => line.StartsWith("Sun 22", StringComparison.Ordinal));
        Assert.Equal("Sun 22 " + string.Concat(Enumerable.Repeat("   ", 14)) + " .  4  6  0!" + " .  .  .  .  .  .", sunday);
        Assert.Contains("17:30 to 18:00: one short of the fewest who must be on duty", Flat(run.Out), StringComparison.Ordinal);
        Assert.Equal(1, lines.Count(line => line.StartsWith("       00 01 02", StringComparison.Ordinal)));
        Width = 60;
        Assert.All((await RunAsync("rota", "show", "gla-harbour")).Out.Split('\n'), line => Assert.True(line.Length <= 60, line));
        Assert.Equal(672, JsonDocument.Parse((await RunAsync("rota", "show", "gla-harbour", "--json")).Out).RootElement.GetProperty("safeCapacity").GetArrayLength());
    }

    [Fact]
    public async Task The_hour_that_comes_twice_shows_the_least_of_both()
    {
        var rota = new GetRotaResponse { QuartersFrom = Time("2026-10-24T23:00:00Z") };
        for (var i = 0; i < 672; i++)
        {
            rota.SafeCapacity.Add(i < 8 ? 5 : 2);
            rota.Open.Add(item: true);
        }

        Server.Answers[typeof(GetRotaRequest)] = rota;
        var run = await RunAsync("rota", "show", "gla-harbour");
        Assert.Contains("Sun 25  5  2  2 ", run.Out, StringComparison.Ordinal);
        Assert.Contains("None in the coming week.", run.Out, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static GetRotaResponse Rota()
    {
        var rota = new GetRotaResponse
        {
            Lines =
            {
                new RotaLine
                {
                    LineId = Line,
                    Role = StaffRole.Clinician,
                    Weekdays = { 7, 1 },
                    Starts = "18:00",
                    Ends = "02:00",
                    Agency = true,
                    Trained = { new HeldTraining { Training = Training.Medication, CurrentUntil = Time("2027-03-31T23:00:00Z") } },
                    Breaks = { new RotaBreak { Starts = "21:00", Ends = "21:30" } },
                    FirstDate = "2026-11-01",
                },
            },
            Absences = { new RotaAbsence { LineId = Line, Date = "2026-12-25" } },
            Shifts = { new Shift { Role = StaffRole.SupportWorker, StartsAt = Time("2026-11-22T15:00:00Z"), EndsAt = Time("2026-11-22T16:00:00Z") } },
            QuartersFrom = Time("2026-11-22T14:15:00Z"),
            Gaps =
            {
                new RotaGap
                {
                    StartsAt = Time("2026-11-22T17:30:00Z"),
                    EndsAt = Time("2026-11-22T18:00:00Z"),
                    LimitingFactors = { new LimitingFactor { Code = LimitingFactorCode.MinimumOnDuty, Words = "one short of the fewest who must be on duty" } },
                },
            },
        };
        for (var i = 0; i < 672; i++)
        {
            rota.SafeCapacity.Add(i switch
            {
                4 => 4,
                < 13 => 6,
                _ => 0,
            });
            rota.Open.Add(i is >= 3 and < 15);
        }

        return rota;
    }
}
