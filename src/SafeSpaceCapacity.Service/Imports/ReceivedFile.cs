using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Service.Grpc;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>A file that comes in pieces.</summary>
internal static class ReceivedFile
{
    /// <summary>The most one piece may have.</summary>
    public const int PieceBytes = 32 * 1024;

    /// <summary>The most all pieces may have.</summary>
    public const int BytesMost = 64 * 1024 * 1024;

    /// <summary>How long it may take to come in (assumption).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>SHA-256 over a method, what its first message says, and the file.</summary>
    public static byte[] Hash(string method, string said, byte[] file) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"{method}\n{said}\n"), .. SHA256.HashData(file)]);

    /// <summary>All of it; a rule that a message breaks ends it there.</summary>
    public static async Task<byte[]> ReadAsync<T>(
        T first, IAsyncStreamReader<T> requests, Func<T, ByteString> content, Func<T, bool> saysWhat, RequestCheck check, TimeProvider time, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        var since = time.GetTimestamp();
        Take(content(first));
        while (await requests.MoveNext(cancellationToken))
        {
            if (saysWhat(requests.Current))
                check.Break("content", "must be alone in all messages but the first");
            Take(content(requests.Current));
            if (time.GetElapsedTime(since) > Patience)
                throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"the file was not there after {Patience.TotalSeconds:F0} seconds"));
        }

        if (file.Length == 0)
            check.Break("content", "is required: the file");
        check.ThrowIfBroken();
        return file.ToArray();

        void Take(ByteString piece)
        {
            if (piece.Length > PieceBytes)
                check.Break("content", string.Create(CultureInfo.InvariantCulture, $"must have at most {PieceBytes} bytes a message; it has {piece.Length}"));
            else if (file.Length + piece.Length > BytesMost)
                check.Break("content", string.Create(CultureInfo.InvariantCulture, $"must have at most {BytesMost} bytes in all"));
            else
                file.Write(piece.Span);
            check.ThrowIfBroken();
        }
    }
}
