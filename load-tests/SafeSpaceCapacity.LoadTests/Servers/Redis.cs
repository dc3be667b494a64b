using System.Diagnostics;
using System.Globalization;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A Redis of its own that keeps everything in memory.</summary>
internal sealed class Redis : IAsyncDisposable
{
    // Redis's own benchmark writes its random numbers so.
    private const string MemberFormat = "D12";
    private readonly string _port;
    private readonly Started _server;

    private Redis(string port, Started server) => (_port, _server) = (port, server);

    public static async Task<Redis> StartAsync()
    {
        var port = Started.FreePort().ToString(CultureInfo.InvariantCulture);
        return new Redis(port, await Started.StartAsync(
            "redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()], "Ready to accept connections"));
    }

    public async Task FillAsync(Seed seed)
    {
        await Started.RunAsync("redis-cli", "-p", _port, "flushall");
        var start = new ProcessStartInfo("redis-cli", ["-p", _port, "--pipe"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var filling = Process.Start(start)!;
        var nth = 0;
        foreach (var (_, latitude, longitude, _, _) in seed.Rows())
            await filling.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"GEOADD spaces {longitude} {latitude} {(nth++).ToString(MemberFormat, CultureInfo.InvariantCulture)}"));
        filling.StandardInput.Close();
        await filling.StandardOutput.ReadToEndAsync();
        await filling.WaitForExitAsync();
    }

    /// <summary>The five nearest to a random one of so many members, answers a second.</summary>
    public async Task<double> RateAsync(int members, int requests, int clients)
    {
        var said = await Started.RunAsync(
            "redis-benchmark", "-p", _port, "-c", clients.ToString(CultureInfo.InvariantCulture), "-n", requests.ToString(CultureInfo.InvariantCulture),
            "-r", members.ToString(CultureInfo.InvariantCulture), "--csv",
            "GEOSEARCH", "spaces", "FROMMEMBER", "__rand_int__", "BYRADIUS", "100", "km", "ASC", "COUNT", "5");
        var last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split("\",\"");
        return double.Parse(last[1].Trim('"'), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await _server.StopAsync();
}
