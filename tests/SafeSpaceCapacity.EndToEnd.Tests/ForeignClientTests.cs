using System.Text.Json;
using System.Text.Json.Nodes;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Clients that know nothing but <c>proto/</c>, on the libraries that others use.</summary>
public sealed class ForeignClientTests : IDisposable
{
    private const string Space = "glasgow-cross";
    private readonly DataDirectory _directory = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Python_finds_holds_arrives_and_watches()
    {
        const string python = "/usr/bin/python3";
        const string debian = "python3-grpcio python3-grpc-tools";
        var stubs = Here.Artifacts("python");
        var files = Directory.GetFiles(Here.Proto, "*.proto", SearchOption.AllDirectories);
        await Tool.RunAsync(
            python, ["-m", "grpc_tools.protoc", $"-I{Here.Proto}", $"--python_out={stubs}", $"--grpc_python_out={stubs}", .. files], stubs, debian);
        await using var server = await StartAsync();
        var said = await Tool.RunAsync(
            python, ["-B", Path.Combine(Here.Clients, "python", "crew.py"), stubs, server.Address.Authority, Space, TokenFile(server)], stubs, debian);
        AssertSaid(said);
        await server.StopAsync();
    }

    [Fact]
    public async Task Node_finds_holds_arrives_and_watches()
    {
        const string debian = "nodejs npm";
        var work = Here.Artifacts("node");
        foreach (var file in new[] { "package.json", "package-lock.json", "crew.js" })
            File.Copy(Path.Combine(Here.Clients, "node", file), Path.Combine(work, file));
        await Tool.RunAsync("npm", ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], work, debian);
        await using var server = await StartAsync();
        AssertSaid(await Tool.RunAsync("node", ["crew.js", Here.Proto, server.Address.Authority, Space, TokenFile(server)], work, debian));
        await server.StopAsync();
    }

    [Fact]
    public async Task The_lock_file_of_the_Node_client_names_no_registry()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Here.Clients, "node", "package-lock.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
    }

    // A control room's program, with what safespace token writes.
    private string TokenFile(ServerProcess server)
    {
        var file = Path.Combine(_directory.Path, "token");
        File.WriteAllText(file, new TokenIssuer(server.Keys, TimeProvider.System).Issue(
            new TokenOrder("control-room", [Role.Machine], [], [], CertificateThumbprint: null, TokenIssuer.LifeDefault)));
        return file;
    }

    private async Task<ServerProcess> StartAsync()
    {
        var server = await ServerProcess.StartAsync(_directory);
        using var crew = new Crew(server);
        await crew.OpenSpaceAsync(Space, places: 3, _ids);
        await crew.OpenSpaceAsync("paisley-road", places: 5, _ids, 55.8465, -4.4230);
        return server;
    }

    private static void AssertSaid(string json)
    {
        var expected = JsonNode.Parse(
            """
            {
              "health": "SERVING",
              "snapshot": { "event": "snapshot", "places": 3, "safe_capacity": 3, "occupied": 0, "held": 0, "available": 3 },
              "hold": {
                "outcome": "placed", "is_command": true, "same_again": true, "telephone": "0141 496 0000",
                "places": 3, "safe_capacity": 3, "occupied": 0, "held": 1, "available": 2
              },
              "seen_held": { "event": "changed", "places": 3, "safe_capacity": 3, "occupied": 0, "held": 1, "available": 2 },
              "arrival": { "outcome": "arrived", "over_safe_capacity": false },
              "seen_arrived": { "event": "changed", "places": 3, "safe_capacity": 3, "occupied": 1, "held": 0, "available": 2 },
              "hold_status": "HOLD_STATUS_ARRIVED",
              "refusal": { "code": "INVALID_ARGUMENT", "fields": ["command_id", "eta"] }
            }
            """)!.AsObject();
        var said = JsonNode.Parse(json)!.AsObject();
        var options = said["found"]!.AsArray();
        Assert.Equal($"{Space} paisley-road", string.Join(' ', options.Select(option => option!["space_id"])));
        Assert.True((int)options[0]!["minutes"]! < (int)options[1]!["minutes"]!, json);
        Assert.Equal((3, 5), ((int)options[0]!["available"]!, (int)options[1]!["available"]!));
        Assert.True((int)said["offers"]! > 0, json);
        said.Remove("found");
        said.Remove("offers");
        Assert.True(JsonNode.DeepEquals(expected, said), $"expected {expected.ToJsonString()}\nsaw      {said.ToJsonString(JsonSerializerOptions.Default)}");
    }
}
