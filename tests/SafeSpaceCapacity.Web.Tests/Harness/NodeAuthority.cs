using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>A real OpenID Connect authority: <c>oidc-provider</c> on Node, as a process of its own.</summary>
internal sealed class NodeAuthority : IAsyncDisposable
{
    public const string ClientId = "safespace";
    public const string ClientSecret = "a secret of the tests";

    private const string Debian = "This test needs the Debian packages nodejs npm: sudo apt-get install nodejs npm";

    private static readonly string Sources =
        Path.Combine(typeof(NodeAuthority).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Clients").Value!, "oidc");

    private static readonly string Work = Path.Combine(AppContext.BaseDirectory, "artifacts", "oidc");

    private readonly Process _process;

    private NodeAuthority(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<NodeAuthority> StartAsync(int port, string redirect)
    {
        Directory.CreateDirectory(Work);
        foreach (var file in new[] { "package.json", "package-lock.json", "authority.js" })
            File.Copy(Path.Combine(Sources, file), Path.Combine(Work, file), overwrite: true);
        using (var install = Start("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"))
        {
            var said = await Task.WhenAll(
                install.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), install.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await install.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(install.ExitCode == 0, "npm ci failed:\n" + string.Concat(said));
        }

        // Debian 12's Node has the Web Cryptography API only if told so.
        var process = Start("node", "--experimental-global-webcrypto", "authority.js", port.ToString(CultureInfo.InvariantCulture), redirect);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var authority = new NodeAuthority(process, new Uri($"http://localhost:{port}"));
        if (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) != "ready")
        {
            await authority.DisposeAsync();
            Assert.Fail("The authority did not start.");
        }

        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = Work, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception missing)
        {
            Assert.Fail($"'{program}' is not usable here: {missing.Message}\n{Debian}");
            throw;
        }
    }
}
