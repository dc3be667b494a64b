using System.Reflection;
using Google.Protobuf.Reflection;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Every method of every service that <c>proto/</c> makes, whichever are added.</summary>
internal static class Methods
{
    public static IReadOnlyList<MethodDescriptor> All { get; } =
    [
        .. typeof(CrewService).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .OrderBy(method => method.FullName, StringComparer.Ordinal),
    ];

    public static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    public static T Any<T>(this Random random, IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public static bool OneIn(this Random random, int n) => random.Next(n) == 0;

    public static byte[] Bytes(this Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
