using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit;

/// <summary>The public keys that signatures of a trail or an export are checked with.</summary>
public sealed class AuditKeys
{
    private readonly Check _check;

    private AuditKeys(Check check) => _check = check;

    private delegate bool Check(string keyId, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>The service's own keys.</summary>
    public static AuditKeys Of(SigningKeys keys) => new(keys.Verify);

    /// <summary>The keys of a JSON Web Key Set (RFC 7517), as the service publishes it; those that are not of P-256 are left out.</summary>
    /// <exception cref="JsonException">It is no key set.</exception>
    /// <exception cref="CryptographicException">A key in it is no point of the curve.</exception>
    public static AuditKeys FromJwks(string jwks)
    {
        var keys = new Dictionary<string, ECDsa>(StringComparer.Ordinal);
        var set = JsonSerializer.Deserialize<KeySet>(jwks, JsonSerializerOptions.Web);
        foreach (var key in set?.Keys ?? throw new JsonException("The key set has no keys."))
        {
            if (key is { Kty: "EC", Crv: "P-256", Kid: { } id, X: { } x, Y: { } y })
            {
                var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
                keys[id] = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            }
        }

        return new AuditKeys((id, data, signature) =>
        {
            if (!keys.TryGetValue(id, out var key))
                return false;
            lock (key)
                return key.VerifyData(data, signature, HashAlgorithmName.SHA256);
        });
    }

    /// <summary>Whether one of these keys signed this.</summary>
    internal bool Verify(string keyId, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _check(keyId, data, signature);

    private sealed record KeySet(IReadOnlyList<Key>? Keys);

    private sealed record Key(string? Kty, string? Crv, string? Kid, string? X, string? Y);
}
