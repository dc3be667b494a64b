using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;
using SafeSpaceCapacity.LoadTests.Tests;

var tests = new Dictionary<string, Func<Table, Task>>(StringComparer.Ordinal)
{
    ["search"] = SearchTest.RunAsync,
    ["search-peers"] = PeersTest.RunAsync,
    ["holds"] = HoldsTest.RunAsync,
    ["holds-postgres"] = PostgresHoldsTest.RunAsync,
    ["across-nodes"] = AcrossNodesTest.RunAsync,
    ["races"] = RacesTest.RunAsync,
    ["kills"] = KillsTest.RunAsync,
    ["start"] = StartTest.RunAsync,
    ["memory"] = MemoryTest.RunAsync,
    ["watch"] = WatchTest.RunAsync,
    ["needs"] = NeedsTest.RunAsync,
};
if (args is not ([_] or [_, "--json", _]) || !tests.TryGetValue(args[0], out var test))
{
    await Console.Error.WriteLineAsync($"Usage: load-tests/run NAME [--json FILE], where NAME is one of: {string.Join(", ", tests.Keys)}");
    return 2;
}

var table = new Table(args[0]);
try
{
    await test(table);
}
finally
{
    await Started.StopAllAsync();
}

table.Print();
if (args is [_, _, var file])
    await table.WriteAsync(file);
return 0;
