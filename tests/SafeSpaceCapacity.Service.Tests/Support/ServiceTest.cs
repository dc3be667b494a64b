namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>Tests that each have an empty service of their own.</summary>
public abstract class ServiceTest : IAsyncLifetime
{
    private protected RunningService Service { get; set; } = null!;

    public async ValueTask InitializeAsync() => Service = await RunningService.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
