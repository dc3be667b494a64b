using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Identity;

/// <summary>One key pair as it is kept. Its id is its thumbprint (RFC 7638).</summary>
internal sealed record SigningKey(string Id, DateTimeOffset CreatedAt, ECDsaSecurityKey Public, ECDsaSecurityKey? Private) : IDisposable
{
    /// <summary>Letters of an id: base64url of 32 bytes.</summary>
    public const int IdLength = 43;

    // The library would else keep what signs and checks by the key's id for the whole process, also after these keys were closed.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };

    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static SigningKey Make(DateTimeOffset now)
    {
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Of(now, pair.ExportSubjectPublicKeyInfo(), pair);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="SigningKeyException">The file is no key, or not its user's alone.</exception>
    public static SigningKey Read(string file)
    {
        var others = File.GetUnixFileMode(file) & ~FileMode;
        if (others != UnixFileMode.None)
            throw new SigningKeyException($"{file} can be used by others than its owner ({others}): set its mode to 600.");
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(file), JsonSerializerOptions.Web) ?? throw new JsonException("it is empty");
            ECDsa? pair = null;
            if (kept.Private is { } secret)
            {
                pair = ECDsa.Create();
                pair.ImportPkcs8PrivateKey(secret, out _);
            }

            var key = Of(kept.CreatedAt, kept.Public, pair);
            if (!string.Equals(key.Id, Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal))
                throw new SigningKeyException($"{file} holds the key {key.Id}: it was renamed or changed.");
            return key;
        }
        catch (Exception failure) when (failure is JsonException or CryptographicException)
        {
            throw new SigningKeyException($"{file} is not a signing key: {failure.Message}", failure);
        }
    }

    public SigningKey WithoutPrivate() => this with { Private = null };

    /// <summary>Writes it whole or not at all, readable by its owner only.</summary>
    public void Write(string path)
    {
        var kept = new Kept(CreatedAt, Public.ECDsa.ExportSubjectPublicKeyInfo(), Private?.ECDsa.ExportPkcs8PrivateKey());
        var partial = path + ".partial";
        using (var file = new FileStream(partial, new FileStreamOptions { Mode = System.IO.FileMode.Create, Access = FileAccess.Write, UnixCreateMode = FileMode }))
        {
            JsonSerializer.Serialize(file, kept, JsonSerializerOptions.Web);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    public void Dispose()
    {
        Public.ECDsa.Dispose();
        Private?.ECDsa.Dispose();
    }

    private static SigningKey Of(DateTimeOffset createdAt, byte[] publicKey, ECDsa? pair)
    {
        var open = ECDsa.Create();
        open.ImportSubjectPublicKeyInfo(publicKey, out _);
        var key = new ECDsaSecurityKey(open) { CryptoProviderFactory = Uncached };
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return new SigningKey(key.KeyId, createdAt, key, pair is null ? null : new ECDsaSecurityKey(pair) { KeyId = key.KeyId, CryptoProviderFactory = Uncached });
    }

    private sealed record Kept(DateTimeOffset CreatedAt, byte[] Public, byte[]? Private);
}
