using System.Text;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Service.Transport;

/// <summary>Reads the text files that the host was given: keys and secrets only where nobody but their owner may use them.</summary>
public static class PrivateFile
{
    /// <summary>Reads a file that others can't.</summary>
    /// <exception cref="TransportException">It can't be read, or others than its owner can use it.</exception>
    public static string Read(string path) => Read(path, isSecret: true);

    internal static string Read(string path, bool isSecret)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (isSecret && SecretFile.OthersMay(file.SafeFileHandle) is var others and not UnixFileMode.None)
                throw new TransportException($"{path} can be used by others than its owner ({others}): set its mode to 600.");
            using var text = new StreamReader(file, Encoding.UTF8);
            return text.ReadToEnd();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TransportException($"{path} can't be read: {failure.Message}", failure);
        }
    }
}
