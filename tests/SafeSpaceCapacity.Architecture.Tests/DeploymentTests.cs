using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace SafeSpaceCapacity.Architecture.Tests;

/// <summary>What deploy/ says agrees with what the programs know and do. It can't be started here: there is neither a cluster nor an engine of containers.</summary>
public sealed class DeploymentTests
{
    private const string Alive = "/.well-known/jwks.json";
    private const string Well = "/healthz";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What the service needs to stop, and as much again.</summary>
    private static readonly double StopSecondsLeast = 2 * double.Parse(
        Regex.Match(Repository.Read("src/SafeSpaceCapacity.Hosting/ServerHost.cs"), @"DrainTime = TimeSpan\.FromSeconds\((\d+)\)", RegexOptions.None, Patience).Groups[1].Value,
        CultureInfo.InvariantCulture);

    public static TheoryData<string> Options() => new(
        Repository.Files("deploy").Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".service", StringComparison.Ordinal) || file == "deploy/local-cluster"));

    [Theory]
    [MemberData(nameof(Options))]
    public void Only_options_that_the_programs_have_are_given(string file)
    {
        var known = Repository.Files("src", ".cs").Where(source => Regex.IsMatch(source, @"^src/SafeSpaceCapacity\.(Hosting|Silo|Cli)/", RegexOptions.None, Patience))
            .SelectMany(source => Regex.Matches(Repository.Read(source), "\"(--[a-z-]+)\"", RegexOptions.None, Patience)).Select(option => option.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("--postgres", known);
        Assert.Empty(Given(Commands(Repository.Read(file))).Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_manifest_has_only_fields_that_Kubernetes_knows() => Assert.Contains(Objects(), found => found is V1StatefulSet);

    [Fact]
    public void Every_container_is_closed_and_limited_and_has_time_to_stop()
    {
        foreach (var pod in Pods())
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.InRange(pod.TerminationGracePeriodSeconds!.Value, StopSecondsLeast, 120);
            foreach (var container in pod.Containers)
            {
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Superset(new HashSet<string> { "cpu", "memory" }, container.Resources.Limits.Keys.ToHashSet(StringComparer.Ordinal));
                Assert.NotNull(container.ReadinessProbe);
                Assert.NotNull(container.LivenessProbe);
            }
        }
    }

    [Fact]
    public void A_silo_is_asked_whether_it_is_well_and_restarted_only_where_it_does_not_answer()
    {
        var silo = Assert.Single(Objects().OfType<V1StatefulSet>().Single().Spec.Template.Spec.Containers);
        Assert.Equal((Well, "HTTPS"), (silo.ReadinessProbe.HttpGet.Path, silo.ReadinessProbe.HttpGet.Scheme));
        Assert.Equal((Alive, "HTTPS"), (silo.LivenessProbe.HttpGet.Path, silo.LivenessProbe.HttpGet.Scheme));
        var served = Repository.Read("src/SafeSpaceCapacity.Service/ServiceSetup.cs");
        foreach (var file in new[] { "deploy/kubernetes/haproxy.cfg", "deploy/local-cluster" })
        {
            foreach (var path in new[] { Alive, Well })
            {
                Assert.Contains($"MapGet(\"{path}\"", served, StringComparison.Ordinal);
                Assert.Contains(path, Repository.Read(file), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void No_more_than_one_of_each_is_taken_away_at_a_time()
    {
        var budgets = Objects().OfType<V1PodDisruptionBudget>().ToDictionary(budget => budget.Spec.Selector.MatchLabels["app"], budget => budget.Spec.MaxUnavailable.Value, StringComparer.Ordinal);
        Assert.Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["silo"] = "1", ["proxy"] = "1" }, budgets);
    }

    [Fact]
    public void What_a_silo_mounts_of_secrets_it_may_read_and_no_secret_is_in_the_repository()
    {
        var pod = Objects().OfType<V1StatefulSet>().Single().Spec.Template.Spec;
        Assert.All(pod.Volumes.Where(volume => volume.Secret is not null), volume => Assert.Equal(0b100_000_000, volume.Secret.DefaultMode));
        Assert.DoesNotContain(Objects(), found => found is V1Secret);
        var private_ = Repository.Files("deploy").Where(file => Regex.IsMatch(Repository.Read(file), @"-----BEGIN|Password=[^%$;…]", RegexOptions.None, Patience));
        Assert.Empty(private_);
    }

    [Fact]
    public void In_Compose_every_silo_has_an_address_of_its_own_and_time_to_stop()
    {
        var compose = Yaml<Dictionary<string, object>>("deploy/compose.yaml");
        var services = (Dictionary<object, object>)compose["services"];
        var silos = services.Where(service => ((string)service.Key).StartsWith("silo-", StringComparison.Ordinal)).Select(service => (Dictionary<object, object>)service.Value).ToList();
        Assert.Equal(3, silos.Count);
        Assert.All(silos, silo => Assert.True(double.Parse(((string)silo["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture) >= StopSecondsLeast));
        var addresses = silos.Select(silo => Assert.Single((List<object>)silo["command"])).Cast<string>().ToList();
        Assert.Equal(addresses.Distinct(StringComparer.Ordinal), addresses);
        foreach (var silo in silos)
        {
            var inside = (Dictionary<object, object>)((Dictionary<object, object>)silo["networks"])["inside"];
            Assert.Contains($"--silo-address={inside["ipv4_address"]}", addresses);
        }

        var secrets = ((Dictionary<object, object>)compose["secrets"]).Keys.Cast<string>().ToHashSet(StringComparer.Ordinal);
        var used = services.Values.Cast<Dictionary<object, object>>().Where(service => service.ContainsKey("secrets")).SelectMany(service => (List<object>)service["secrets"]).Cast<string>();
        Assert.Equal(secrets, used.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("deploy/systemd/safespace-node.service")]
    [InlineData("deploy/systemd/safespace-silo.service")]
    public void A_unit_is_closed_and_leaves_time_to_stop(string file)
    {
        var lines = Repository.Read(file).Split('\n');
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=safespace", "Restart=on-failure", "UMask=0077" },
            lines.ToHashSet(StringComparer.Ordinal));
        Assert.True(double.Parse(lines.Single(line => line.StartsWith("TimeoutStopSec=", StringComparison.Ordinal))[15..], CultureInfo.InvariantCulture) >= StopSecondsLeast);
    }

    /// <summary>What is handed to our programs: in lists of YAML, and in lines of units and scripts that name one of them.</summary>
    private static IEnumerable<string> Commands(string text) =>
        Regex.Replace(text, @"\\\n\s*", string.Empty, RegexOptions.None, Patience).Split('\n').Select(line => line.Trim())
            .Where(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("- --", StringComparison.Ordinal) || line.StartsWith("command: [--", StringComparison.Ordinal)
                || line.StartsWith("ExecStart=/opt/safespace/", StringComparison.Ordinal) || line.Contains("exec /opt/safespace/", StringComparison.Ordinal)
                || Regex.IsMatch(line, @"^(start ""node|\[ ""\$program"" = |ask \d|space=\$\(client)", RegexOptions.None, Patience));

    private static IEnumerable<string> Given(IEnumerable<string> lines) =>
        lines.SelectMany(line => Regex.Matches(line, "(?<![^\\s\\[(])--[a-z-]+", RegexOptions.None, Patience)).Select(option => option.Value);

    private static IEnumerable<V1PodSpec> Pods() =>
        Objects().OfType<V1StatefulSet>().Select(set => set.Spec.Template.Spec).Concat(Objects().OfType<V1Deployment>().Select(deployment => deployment.Spec.Template.Spec));

    /// <summary>The objects of every manifest, read strictly: a field that Kubernetes does not know is an error.</summary>
    private static List<object> Objects() =>
        [.. Repository.Files("deploy/kubernetes", ".yaml").Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .SelectMany(file => KubernetesYaml.LoadAllFromString(Repository.Read(file), typeMap: null, strict: true))];

    private static T Yaml<T>(string file) =>
        new DeserializerBuilder().Build().Deserialize<T>(new MergingParser(new Parser(new StringReader(Repository.Read(file)))));
}
