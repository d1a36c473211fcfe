using Padron.Domain.Numbering;

namespace Padron.Application.Imports.Load;

/// <summary>The numbers that a file has had so far: one bit for each of the 10^10 national numbers, in pages that come with their first number.</summary>
/// <remarks>
/// 128 KB for a million consecutive numbers. The 413 LADAs span 4.5 thousand such pages, 560 MB; of 36 million numbers in assigned blocks it is less.
/// </remarks>
sealed class SeenNumbers
{
    const int PageBits = 20;
    const int WordBits = 6;
    const int WordsPerPage = 1 << (PageBits - WordBits);
    const int Pages = (int)(10_000_000_000 >> PageBits) + 1;

    readonly ulong[]?[] pages = new ulong[Pages][];

    /// <returns>False when the number was there.</returns>
    public bool Add(PhoneNumber phone)
    {
        var national = phone.MexicanNational;
        var page = pages[national >> PageBits] ??= new ulong[WordsPerPage];
        ref var word = ref page[(national >> WordBits) & (WordsPerPage - 1)];
        var bit = 1UL << (int)(national & ((1 << WordBits) - 1));
        var isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }
}
