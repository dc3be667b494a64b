using System.Globalization;
using System.Net;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.Transport;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>The service as the embedded host serves it, without pages, and with an echo and a count of commits.</summary>
internal static class Serving
{
    public static async Task RunAsync(string data, int grpcPort, int httpPort, string? connection)
    {
        await using var parts = await Parts.OpenAsync(data, connection);
        var endpoints = new ServiceEndpoints(IPAddress.Loopback, grpcPort, httpPort, certificate: null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ConnectionLimits.Apply(kestrel);
            endpoints.Listen(kestrel);
        });
        builder.Services.AddSafeSpaceCapacity(parts.Service, Parts.Choices);

        // After the service's own interceptor: an echo has been through all that a call goes through.
        builder.Services.AddSingleton<EchoInterceptor>();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<EchoInterceptor>());
        await using var app = builder.Build();
        endpoints.Guard(app);
        app.MapSafeSpaceCapacity();
        app.MapGet("/load-test/commits", () => parts.Log.Commits.ToString(CultureInfo.InvariantCulture));
        await app.StartAsync();
        Console.WriteLine("SafeSpaceCapacity is ready.");
        await app.WaitForShutdownAsync();
    }
}
