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
    private const int NoSuchProcess = 3;

    public static void Send(int processId, Signal signal) => Assert.True(TrySend(processId, signal), $"there is no process {processId} for {signal}");

    /// <summary>False where there is no such process any more.</summary>
    public static bool TrySend(int processId, Signal signal)
    {
        if (SystemKill(processId, (int)signal) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        Assert.True(error == NoSuchProcess, $"kill({processId}, {signal}) failed with error {error}");
        return false;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SystemKill(int processId, int signal);
}
