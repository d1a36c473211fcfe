using System.Security.Cryptography;
using Padron.Domain;
using Padron.Domain.Numbering;

namespace Padron.Application.Numbering;

/// <summary>Reads the regulator's plan from the file it publishes.</summary>
public interface INumberingPlanFile
{
    /// <exception cref="InvalidDataException">Not a plan; the message names line and reason.</exception>
    IEnumerable<NumberingBlock> Read(string path);
}

/// <summary>Replaces the numbering plan by the one in a file. Contacts already imported keep what the old one said.</summary>
public sealed class LoadNumberingPlanHandler(INumberingPlanFile file, NumberingPlanStore store)
{
    /// <returns>What was loaded, and how many blocks overlapped others in the file.</returns>
    /// <exception cref="RuleViolationException"><c>numbering_plan_empty</c></exception>
    /// <exception cref="InvalidDataException">The file is not a numbering plan.</exception>
    public async Task<(NumberingPlanInfo Info, NumberingPlan Plan)> HandleAsync(string path, DateTimeOffset at, CancellationToken ct = default)
    {
        var plan = NumberingPlan.From(file.Read(path));
        if (plan.IsEmpty)
            throw new RuleViolationException("numbering_plan_empty", $"{path} has no block of numbers: is it the public file of the numbering plan?");
        await using var content = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        var info = new NumberingPlanInfo($"pnn-{hash[..12]}", Path.GetFileName(path), plan.Count, at);
        await store.ReplaceAsync(plan, info, ct);
        return (info, plan);
    }
}
