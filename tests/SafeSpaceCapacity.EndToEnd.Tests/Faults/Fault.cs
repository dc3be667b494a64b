using System.Globalization;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>Something that breaks, and is mended.</summary>
/// <param name="What">For people.</param>
/// <param name="Break">Breaks it.</param>
/// <param name="Mend">Mends it; the node is well again soon after.</param>
/// <param name="OthersAnswer">Whether the cluster must go on meanwhile.</param>
internal sealed record Fault(string What, Func<Task> Break, Func<Task> Mend, bool OthersAnswer = true)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["kill", "freeze", "cut", "silence", "database", "disk", "fast-clock", "slow-clock"];

    /// <summary>A fault of a kind, at a node.</summary>
    public static Fault Of(string kind, Cluster cluster, Node node) => kind switch
    {
        "kill" => new($"kill -9 of {node}", node.KillAsync, () => node.StartAsync()),
        "freeze" => new($"{node} stands still, wakes and writes", () => FreezeAsync(cluster, node), Done(node.Thaw)),
        "cut" => new($"{node} loses its connections to the database", node.ToDatabase.CloseAsync, node.ToDatabase.OpenAsync),
        "silence" => new($"nothing of {node} gets to the database, nor back", Done(node.ToDatabase.Freeze), Done(node.ToDatabase.Thaw)),
        "database" => new("the database crashes", cluster.Database.StopAsync, () => cluster.Database.StartAsync(), OthersAnswer: false),
        "fast-clock" => new($"the clock of {node} is an hour fast", () => WrongAsync(node, TimeSpan.FromHours(1)), () => RightAsync(node)),
        "slow-clock" => new($"the clock of {node} is an hour slow", () => WrongAsync(node, TimeSpan.FromHours(-1)), () => RightAsync(node)),
        "disk" => new($"the disk of {node} is full", () => FillAsync(node), () => AgainAsync(node)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such fault"),
    };

    private static Func<Task> Done(Action act) => () =>
    {
        act();
        return Task.CompletedTask;
    };

    // A silo that stood still before may find out only now that the others went on without it, and end.
    private static async Task FreezeAsync(Cluster cluster, Node node)
    {
        while (!node.TryFreeze())
            await cluster.HealthyAsync(node);
    }

    private static async Task WrongAsync(Node node, TimeSpan off)
    {
        await node.StopAsync();
        await node.StartAsync(off);
    }

    private static async Task RightAsync(Node node)
    {
        await node.StopAsync();
        await node.StartAsync();
    }

    // Who could not write down what was asked does not answer again before it is started anew.
    private static async Task AgainAsync(Node node)
    {
        await node.KillAsync();
        await node.StartAsync();
    }

    // No file may grow: what a program is told then is not quite what a full disk tells it, but as little is written.
    private static Task<string> FillAsync(Node node) =>
        Tool.RunAsync("prlimit", ["--pid", node.ProcessId.ToString(CultureInfo.InvariantCulture), "--fsize=0:unlimited"], "/", "util-linux");
}
