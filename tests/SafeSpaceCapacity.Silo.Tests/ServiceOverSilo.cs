using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>Lets the tests of the service that are compiled into this project run over a silo.</summary>
internal static class ServiceOverSilo
{
    [ModuleInitializer]
    internal static void Choose() => RunningService.AddEngines = services =>
    {
        // The tests' clock is that of the spaces; what a silo does by time goes on.
        services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        services.AddSilo();
    };
}
