using MathNet.Numerics.LinearAlgebra.Double;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// A regression for counts with a log link and random effects: E y = exposure · exp(x·β), Var y = μ + α μ², β normal around 0 with one variance for each group of
/// columns. Fitted by penalised iteratively reweighted least squares (McCullagh and Nelder 1989, ch. 2), α by moments and the variances by the evidence
/// (MacKay 1992: Σ β² / Σ γ, γ = 1 − posterior / prior variance) between the iterations. Effects that the data do not speak for shrink to 0.
/// </summary>
internal static class LogLinearRegression
{
    private const int IterationsAtMost = 40;

    // Of the variance of a group: an effect of 0.1 % to one of e.
    private const double LeastVariance = 1e-6;
    private const double GreatestVariance = 1;

    /// <summary>What was fitted.</summary>
    /// <param name="Coefficients">By series and column.</param>
    /// <param name="InverseSize">α, of all.</param>
    /// <param name="Variances">By group of columns.</param>
    public sealed record Fitted(double[][] Coefficients, double InverseSize, double[] Variances)
    {
        /// <summary>The mean of a series for exposure 1.</summary>
        public double Mean(int series, double[] x) => Math.Exp(Math.Min(Linear(x, Coefficients[series]), 40));
    }

    /// <summary>Fits series that share α and the variances, and each have their own coefficients.</summary>
    /// <param name="columns">By observation and column; the first is the intercept, 1.</param>
    /// <param name="group">By column: its group, or −1 where its effect is not drawn towards 0.</param>
    /// <param name="series">Counts and exposures by observation; exposure 0 is left out.</param>
    /// <param name="start">By group: the variance to begin with.</param>
    /// <param name="estimate">Whether the variances are estimated.</param>
    /// <param name="overdispersed">Whether counts may vary more than Poisson counts.</param>
    public static Fitted Fit(double[][] columns, int[] group, IReadOnlyList<(double[] Counts, double[] Exposure)> series, double[] start, bool estimate, bool overdispersed = true)
    {
        var p = group.Length;
        var variances = (double[])start.Clone();
        var beta = series.Select(one => Begin(one.Counts, one.Exposure, p)).ToArray();
        var alpha = 0.0;
        var (gram, right) = (new double[p, p], new double[p]);
        for (var iteration = 0; iteration < IterationsAtMost; iteration++)
        {
            double squares = 0, meanSquares = 0, moved = 0;
            var (effects, freedom) = (new double[variances.Length], new double[variances.Length]);
            for (var s = 0; s < series.Count; s++)
            {
                Accumulate(columns, series[s].Counts, series[s].Exposure, beta[s], alpha, gram, right, ref squares, ref meanSquares);
                for (var a = 0; a < p; a++)
                    gram[a, a] += group[a] < 0 ? 1e-4 : 1 / variances[group[a]];
                var cholesky = DenseMatrix.OfArray(gram).Cholesky();
                var next = cholesky.Solve(DenseVector.Build.Dense(right)).AsArray();
                for (var a = 0; a < p; a++)
                    moved = Math.Max(moved, Math.Abs(next[a] - beta[s][a]));
                beta[s] = [.. next];
                if (!estimate)
                    continue;
                var posterior = cholesky.Solve(DenseMatrix.CreateIdentity(p));
                for (var a = 0; a < p; a++)
                {
                    if (group[a] < 0)
                        continue;
                    effects[group[a]] += next[a] * next[a];
                    freedom[group[a]] += 1 - (posterior[a, a] / variances[group[a]]);
                }
            }

            alpha = overdispersed ? Math.Clamp(squares / Math.Max(meanSquares, 1e-9), 0, 10) : 0;
            for (var g = 0; estimate && g < variances.Length; g++)
                variances[g] = Math.Clamp(effects[g] / Math.Max(freedom[g], 1e-6), LeastVariance, GreatestVariance);
            if (moved < 1e-6)
                break;
        }

        return new Fitted(beta, alpha, variances);
    }

    private static double[] Begin(double[] counts, double[] exposure, int columns)
    {
        double sum = 0, exposed = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += exposure[i] > 0 ? counts[i] : 0;
            exposed += exposure[i];
        }

        // Half a count more, so that a series of zeros has a finite intercept.
        var beta = new double[columns];
        beta[0] = Math.Log((sum + 0.5) / Math.Max(exposed, 1e-9));
        return beta;
    }

    private static void Accumulate(double[][] columns, double[] counts, double[] exposure, double[] beta, double alpha, double[,] gram, double[] right, ref double squares, ref double meanSquares)
    {
        var p = beta.Length;
        Array.Clear(gram);
        Array.Clear(right);
        for (var i = 0; i < counts.Length; i++)
        {
            if (exposure[i] <= 0)
                continue;
            var x = columns[i];
            var eta = Math.Clamp(Linear(x, beta), -30, 30);
            var mu = exposure[i] * Math.Exp(eta);
            var error = counts[i] - mu;
            squares += (error * error) - mu;
            meanSquares += mu * mu;
            var weight = mu / (1 + (alpha * mu));
            var working = eta + (error / mu);
            for (var a = 0; a < p; a++)
            {
                var wx = weight * x[a];
                if (wx == 0)
                    continue;
                right[a] += wx * working;
                for (var b = 0; b <= a; b++)
                    gram[a, b] += wx * x[b];
            }
        }

        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < a; b++)
                gram[b, a] = gram[a, b];
        }
    }

    private static double Linear(double[] x, double[] beta)
    {
        double sum = 0;
        for (var a = 0; a < beta.Length; a++)
            sum += x[a] * beta[a];
        return sum;
    }
}
