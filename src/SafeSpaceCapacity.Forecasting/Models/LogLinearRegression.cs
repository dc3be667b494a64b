using MathNet.Numerics.LinearAlgebra.Double;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// A penalised regression for counts with a log link: E y = exposure · exp(x·β), Var y = μ + α μ². It is fitted by iteratively reweighted least squares
/// (McCullagh &amp; Nelder 1989, ch. 2), and α by moments between the iterations.
/// </summary>
internal sealed record LogLinearRegression(double[] Coefficients, double InverseSize)
{
    private const int IterationsAtMost = 25;

    /// <summary>Fits.</summary>
    /// <param name="columns">By observation and column; the first is the intercept, 1.</param>
    /// <param name="counts">By observation, at least 0; NaN is left out.</param>
    /// <param name="exposure">By observation; 0 is left out.</param>
    /// <param name="ridge">By column: the penalty ½ ridge · β², 0 for the intercept.</param>
    public static LogLinearRegression Fit(double[][] columns, ReadOnlySpan<double> counts, ReadOnlySpan<double> exposure, double[] ridge)
    {
        var p = ridge.Length;
        double sum = 0, exposed = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (double.IsNaN(counts[i]) || exposure[i] <= 0)
                continue;
            sum += counts[i];
            exposed += exposure[i];
        }

        var beta = new double[p];

        // Half a count more, so that a series of zeros has a finite intercept.
        beta[0] = Math.Log((sum + 0.5) / Math.Max(exposed, 1e-9));
        var alpha = 0.0;
        var gram = new double[p, p];
        var right = new double[p];
        for (var iteration = 0; iteration < IterationsAtMost; iteration++)
        {
            Array.Clear(gram);
            Array.Clear(right);
            double squares = 0, meanSquares = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                if (double.IsNaN(counts[i]) || exposure[i] <= 0)
                    continue;
                var x = columns[i];
                var eta = Linear(x, beta);
                var mu = Math.Max(exposure[i] * Math.Exp(Math.Min(eta, 40)), 1e-9);
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
                gram[a, a] += ridge[a] + 1e-9;
                for (var b = 0; b < a; b++)
                    gram[b, a] = gram[a, b];
            }

            var next = DenseMatrix.OfArray(gram).Cholesky().Solve(DenseVector.Build.Dense(right)).AsArray();
            double moved = 0;
            for (var a = 0; a < p; a++)
                moved = Math.Max(moved, Math.Abs(next[a] - beta[a]));
            beta = next;
            alpha = Math.Clamp(squares / Math.Max(meanSquares, 1e-9), 0, 10);
            if (moved < 1e-8)
                break;
        }

        return new LogLinearRegression(beta, alpha);
    }

    /// <summary>The mean for exposure 1.</summary>
    public double Mean(double[] x) => Math.Exp(Math.Min(Linear(x, Coefficients), 40));

    private static double Linear(double[] x, double[] beta)
    {
        double sum = 0;
        for (var a = 0; a < beta.Length; a++)
            sum += x[a] * beta[a];
        return sum;
    }
}
