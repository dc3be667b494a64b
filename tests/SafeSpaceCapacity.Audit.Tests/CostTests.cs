using System.Diagnostics;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>What an entry costs. Run by hand, since a shared machine has no quiet moment: <c>dotnet test -- -explicit only</c>.</summary>
public sealed class CostTests(ITestOutputHelper output) : IDisposable
{
    private const int Count = 1_000_000;
    private const int Warm = 200_000;
    private readonly string _path = Directory.CreateTempSubdirectory("safespace-audit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact(Explicit = true)]
    public async Task An_entry_costs_little_time_and_no_memory()
    {
        using var keys = SigningKeys.Open(Path.Combine(_path, "keys"), TimeProvider.System);
        var entries = Make.Many(1000).ToArray();
        await using var trail = await AuditTrail.OpenAsync(new AuditSettings(Path.Combine(_path, "audit"), "a", TimeProvider.System), keys);
        await AppendAsync(trail, entries, Warm);
        var (wall, cpu, memory) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes());
        await AppendAsync(trail, entries, Count);
        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var bytes = Directory.EnumerateFiles(Path.Combine(_path, "audit", "a")).Sum(file => new FileInfo(file).Length);
        output.WriteLine(
            $"{spent.TotalNanoseconds / Count:F0} ns of processor time, {wall.Elapsed.TotalNanoseconds / Count:F0} ns by the clock, "
            + $"{bytes / (Count + Warm)} bytes on disk, {(GC.GetTotalAllocatedBytes() - memory) / (double)Count:F1} bytes allocated, each");
    }

    private static async Task AppendAsync(AuditTrail trail, AuditEntry[] entries, int count)
    {
        for (var i = 0; i < count; i++)
        {
            while (!trail.TryAppend(entries[i % entries.Length]))
                await Task.Delay(1);
        }

        await trail.FlushAsync();
    }
}
