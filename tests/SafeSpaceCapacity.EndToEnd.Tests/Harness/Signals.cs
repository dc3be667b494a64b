using System.Runtime.InteropServices;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>Signals by their numbers on Linux.</summary>
internal enum Signal
{
    Interrupt = 2,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static partial class Signals
{
    public static void Send(int processId, Signal signal) =>
        Assert.True(SystemKill(processId, (int)signal) == 0, $"kill({processId}, {signal}) failed with error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SystemKill(int processId, int signal);
}
