using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>How many holds share a commit of PostgreSQL, and how many are acknowledged beside what PostgreSQL itself can make durable.</summary>
internal static class PostgresHoldsTest
{
    private const int Pairs = 9;
    private const int WarmingRounds = 2;
    private const int Seconds = 2;

    public static async Task RunAsync(Table table)
    {
        var seed = await Seed.RoomyAsync((Pairs + WarmingRounds) * Holding.Shapes.Sum(shape => shape.Spaces), "-postgres");
        await using var postgres = await Postgres.StartAsync(isDurable: true);
        await using var server = await Server.StartHostAsync(await seed.InAsync(postgres));
        await postgres.SqlAsync("create table rows (id bigint generated always as identity primary key, body text not null)");
        var next = 0;
        foreach (var shape in Holding.Shapes)
        {
            var (rounds, inserted, ratios) = (new List<HoldRound>(), new List<double>(), new List<double>());
            for (var round = -WarmingRounds; round < Pairs; round++)
            {
                var (ours, theirs) = (default(HoldRound), 0.0);
                if (round % 2 == 0)
                    theirs = await InsertAsync(postgres);
                ours = await Holding.RunAsync(server, next, shape);
                if (round % 2 != 0)
                    theirs = await InsertAsync(postgres);
                next += shape.Spaces;
                if (round < 0)
                    continue;
                rounds.Add(ours);
                inserted.Add(theirs);
                ratios.Add(ours.PerSecond / theirs);
            }

            var name = Holding.NameOf(shape);
            table.Add(name + ": commits per acknowledged hold, its release included", string.Empty, Goal.AtMostOf(0.1), rounds.Select(round => round.CommitsPerHold));
            table.Add(name + ": holds and releases", "/s", null, rounds.Select(round => round.PerSecond));
            table.Add($"pgbench, {Holding.InFlight} connections, a row a transaction", "/s", null, inserted);
            table.Add(name + ": rate ÷ pgbench", string.Empty, Goal.AtLeast(1), ratios);
        }
    }

    // About as much text as an event has.
    private static Task<double> InsertAsync(Postgres postgres) => postgres.RateAsync("insert into rows (body) values (repeat('x', 300));", Holding.InFlight, Seconds);
}
